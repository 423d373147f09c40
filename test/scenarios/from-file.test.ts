import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { isScenarioFile, loadScenarioFile } from "../../scenarios/from-file.ts";
import { codeBlock } from "../fakes/code-block.ts";
import { answer } from "../fakes/scripted-shop.ts";
import { play } from "./play.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bench-scenario-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadScenarioFile(path);
}

async function failure(loading: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await loading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Failure)) throw new Error(`expected a failure, not ${String(thrown)}`);
  return thrown;
}

test.each([
  ["./my.ts", true],
  ["/a/b.mjs", true],
  ["x.js", true],
  ["x.mts", true],
  ["flash-sale", false],
  ["x.json", false],
])("%s is a scenario file: %s", (word, expected) => {
  expect(isScenarioFile(word)).toBe(expected);
});

describe("docs/add-a-scenario.md", () => {
  test("its ten lines run, and ask an unknown web server for what they say", async () => {
    const scenario = await load("my-scenario.ts", codeBlock("docs/add-a-scenario.md", "my-scenario.ts"));
    const played = [
      ...play({ scenario, shape: { ratePerS: 50, durationS: 20 }, seed: 3, shop: () => answer(200) }),
    ];
    const homes = played.filter(({ request }) => request.path === "/").length;
    expect(Math.abs(homes / played.length - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / played.length));
    for (const { request } of played)
      expect(`${request.method} ${request.path}`).toMatch(/^GET \/(items\/\d+)?$/);
  });

  test("its longer example runs: shoppers look, think and buy", async () => {
    const scenario = await load("my-shop.ts", codeBlock("docs/add-a-scenario.md", "my-shop.ts"));
    const shape = { ratePerS: 30, durationS: 9 };
    const played = [
      ...play({ scenario, shape, seed: 3, shop: ({ method }) => answer(method === "GET" ? 200 : 409) }),
    ];
    expect(scenario.load(shape).describe()).toBe("0 to 30 /s over 3 s, then 30 /s for 6 s");
    expect(new Set(played.map(({ operation, outcome }) => `${operation} ${outcome}`))).toEqual(
      new Set(["item ok", "buy sold-out"]),
    );
  });
});

describe("a scenario file", () => {
  test.each([
    ["plain.js", `export default { name: "plain", operations: { home: "GET /" }, mix: { home: 1 } };`],
    [
      "named.mjs",
      `export const scenario = { name: "plain", operations: { home: "GET /" }, mix: { home: 1 } };`,
    ],
    [
      "typed.mts",
      `import { defineScenario, type ScenarioInput } from "stagebench/scenarios";
       const input: ScenarioInput = { name: "plain", operations: { home: "GET /" }, mix: { home: 1 } };
       export default defineScenario(input);`,
    ],
    [
      "later.ts",
      `const { defineScenario } = await import("stagebench/scenarios");
       export default defineScenario({ name: "plain", operations: { home: "GET /" }, mix: { home: 1 } });`,
    ],
  ])("may be %s", async (name, text) => {
    expect((await load(name, text)).name).toBe("plain");
  });

  test("may import its neighbours", async () => {
    await writeFile(
      join(folder, "weights.ts"),
      "export const weights: Record<string, number> = { home: 2 };",
    );
    const scenario = await load(
      "with-neighbour.ts",
      `import { weights } from "./weights.ts";
       export default { name: "n", operations: { home: "GET /" }, mix: weights };`,
    );
    expect(scenario.phases({ ratePerS: 1, durationS: 1 })[0]!.mix).toEqual({ home: 2 });
  });

  test("that was changed is read anew", async () => {
    const text = (name: string) =>
      `export default { name: "${name}", operations: { home: "GET /" }, mix: { home: 1 } };`;
    expect((await load("changing.ts", text("one"))).name).toBe("one");
    expect((await load("changing.ts", text("two"))).name).toBe("two");
  });

  test("that is not there is a usage failure", async () => {
    expect(await failure(loadScenarioFile(join(folder, "absent.ts")))).toMatchObject({
      kind: "usage",
      message: `there is no scenario file ${join(folder, "absent.ts")}`,
    });
  });

  test.each([
    { why: "throws", text: `throw new Error("no luck");`, message: /bad\.ts cannot be run: no luck/ },
    { why: "is not TypeScript", text: "export default {{{", message: /bad\.ts cannot be run: / },
    {
      why: "imports what is not there",
      text: `import "./nowhere.ts";`,
      message: /bad\.ts cannot be run: .*nowhere/,
    },
    {
      why: "exports something else",
      text: "export const other = 1;",
      message: /exports no scenario \(it exports other\)/,
    },
    { why: "exports nothing", text: "const a = 1;", message: /exports no scenario \(it exports nothing\)/ },
    { why: "exports no object", text: "export default 5;", message: /a scenario is an object/ },
  ])("that $why is a usage failure", async ({ text, message }) => {
    const { kind, message: sentence } = await failure(load("bad.ts", text));
    expect(kind).toBe("usage");
    expect(sentence).toMatch(message);
  });

  test("with several problems names them all", async () => {
    const { problems } = await failure(
      load(
        "unsound.ts",
        `import { defineScenario } from "stagebench/scenarios";
         export default defineScenario({ name: "u", operations: { home: "GET /" }, mix: { hom: 1, home: -2 } });`,
      ),
    );
    expect(problems).toEqual([
      'the mix: unknown operation or journey "hom"; did you mean "home"?',
      "the mix: the weight of home must be a number >= 0, not -2",
    ]);
  });
});
