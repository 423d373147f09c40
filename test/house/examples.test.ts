/** The examples in docs/ compile, where their first line says they belong. What they do is tried beside what they extend. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { membersOf } from "../../targets/launch/members.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { codeBlock } from "../fakes/code-block.ts";
import { filesBelow, read, root } from "./files.ts";

interface Example {
  readonly page: string;
  /** Where it would be in this checkout, or in the folder of a user. */
  readonly path: string;
  readonly text: string;
}

const examples: readonly Example[] = filesBelow("docs")
  .filter((page) => page.endsWith(".md"))
  .flatMap((page) =>
    [...read(page).matchAll(/^```ts\n\/\/ (\S+\.ts)\n/gm)].map(([, path = ""]) => ({
      page,
      path,
      text: codeBlock(page, path),
    })),
  );

/** What the compiler has to say about `files`, one line each; nothing when all is well. */
async function compiled(files: readonly Pick<Example, "path" | "text">[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-examples-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      // As if they lay in the checkout, without writing into it.
      rootDirs: [folder, root],
      typeRoots: [join(root, "node_modules/@types")],
      paths: {
        "stagebench/scenarios": [join(root, "scenarios/scenario.ts")],
        "stagebench/targets": [join(root, "targets/target.ts")],
        "stagebench/chaos": [join(root, "chaos/chaos-plan.ts")],
      },
    },
    include: [join(folder, "**/*.ts")],
    exclude: [],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  return new Promise((resolve) => {
    execFile(join(root, "node_modules/.bin/tsc"), ["-p", folder], { cwd: folder }, (_, stdout) =>
      resolve(stdout.split("\n").filter((line) => line.trim() !== "")),
    );
  });
}

test("every page that tells how to add a file shows one", () => {
  expect(examples.map(({ page, path }) => `${page}: ${path}`)).toEqual(
    expect.arrayContaining([
      "docs/add-a-check.md: verdict/checks/connection-wait.ts",
      "docs/add-a-fault.md: chaos/faults/doze.ts",
      "docs/add-a-load-model.md: load/saw.ts",
      "docs/add-a-scenario.md: my-scenario.ts",
      "docs/add-a-target.md: targets/stages/stage-04-reverse-proxy.ts",
      "docs/audit.md: my-shop.ts",
      "docs/chaos.md: night.ts",
    ]),
  );
});

test("a block of TypeScript says what file it is, so that it is looked at", () => {
  const nameless = filesBelow("docs")
    .filter((page) => page.endsWith(".md"))
    .filter((page) => /^[ \t]*```ts\n(?!\/\/ \S+\.ts\n)/m.test(read(page)));
  expect(nameless).toEqual([]);
});

test("all of them compile", async () => {
  // Two pages may call their file the same; then they are compiled apart.
  const rounds: Example[][] = [];
  for (const example of examples) {
    const free = rounds.find((round) => round.every(({ path }) => path !== example.path));
    if (free === undefined) rounds.push([example]);
    else free.push(example);
  }
  for (const round of rounds) expect(await compiled(round)).toEqual([]);
});

test("a misspelt node in the stage of the example does not compile", async () => {
  const path = "targets/stages/stage-04-reverse-proxy.ts";
  const text = codeBlock("docs/add-a-target.md", path);
  for (const [right, wrong] of [
    ['calls: ["shop"]', 'calls: ["shpo"]'],
    ['entry: "proxy"', 'entry: "prxoy"'],
  ] as const) {
    expect(text).toContain(right);
    const problems = await compiled([{ path, text: text.replace(right, wrong) }]);
    expect(problems.join("\n")).toMatch(/error TS\d+: Type '"(shpo|prxoy)"' is not assignable/);
  }
});

test("the stage of the example can be brought up as declared", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bench-stage-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const text = codeBlock("docs/add-a-target.md", "targets/stages/stage-04-reverse-proxy.ts");
  const path = join(folder, "stage.ts");
  await writeFile(path, text.replaceAll(' from "../', ` from "${join(root, "targets")}/`));
  const { stage04 } = (await import(path)) as { stage04: TargetSpec };
  expect(membersOf(stage04).map(({ name, calls }) => [name, calls])).toEqual([
    ["proxy", ["shop-1", "shop-2"]],
    ["shop-1", ["cache", "db"]],
    ["shop-2", ["cache", "db"]],
    ["cache", []],
    ["db", []],
  ]);
});
