/** Who may import whom: lower never imports higher, and strangers meet over the network only. */
import { describe, expect, test } from "vitest";
import { importsOf, read, sources } from "./files.ts";

/** Level by level, as in docs/whats-here.md; a folder imports itself and what is on lower levels. */
const levels: readonly (readonly string[])[] = [
  ["base"],
  ["load", "metrics"],
  ["scenarios", "targets", "proto"],
  ["chaos", "verdict", "dashboards"],
  ["agents", "controller"],
  ["cli"],
];

const levelOf = new Map(
  levels.flatMap((folders, level) => folders.map((folder) => [folder, level] as const)),
);
const folderOf = (path: string): string => path.split("/")[0] ?? "";
/** Programs that the harness starts and meets over the network, like strangers. */
const strangers = ["targets/shop/", "targets/known-latency/"] as const;

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const edges: readonly Edge[] = sources
  .filter((path) => levelOf.has(folderOf(path)))
  .flatMap((from) =>
    importsOf(from)
      .filter((each) => !each.isPackage)
      .map(({ to, isTypeOnly }) => ({ from, to, isTypeOnly })),
  );

const told = ({ from, to }: Edge): string => `${from} imports ${to}`;

function isAllowed({ from, to, isTypeOnly }: Edge): boolean {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (own === other) return true;
  // What a target hands over is described in the words of the scenario that uses it.
  if (own === "targets" && other === "scenarios") return isTypeOnly;
  const [ownLevel, otherLevel] = [levelOf.get(own), levelOf.get(other)];
  return ownLevel !== undefined && otherLevel !== undefined && otherLevel < ownLevel;
}

test("there is something to look at", () => {
  expect(edges.length).toBeGreaterThan(20);
});

test("lower never imports higher, nor its neighbour", () => {
  expect(edges.filter((edge) => !isAllowed(edge)).map(told)).toEqual([]);
});

test.each([
  { from: "base/clock.ts", to: "load/hold.ts", isTypeOnly: true },
  { from: "agents/agent.ts", to: "controller/run.ts", isTypeOnly: true },
  { from: "controller/run.ts", to: "agents/agent.ts", isTypeOnly: false },
  { from: "targets/target.ts", to: "scenarios/scenario.ts", isTypeOnly: false },
  { from: "verdict/judge.ts", to: "chaos/guard.ts", isTypeOnly: false },
])("a planted import from $from to $to would be found", (edge) => {
  expect(isAllowed(edge)).toBe(false);
});

test("imports over several lines, of types only, and dynamic ones are read as what they are", () => {
  const judge = importsOf("verdict/judge.ts");
  expect(judge).toContainEqual({
    to: "verdict/evidence.ts",
    isPackage: false,
    isTypeOnly: true,
    isLazy: false,
  });
  expect(judge).toContainEqual({
    to: "verdict/verdict.ts",
    isPackage: false,
    isTypeOnly: false,
    isLazy: false,
  });
  const lazy = importsOf("cli/program.ts").filter(({ to }) => to.startsWith("cli/commands/"));
  expect(lazy.length).toBeGreaterThan(0);
  expect(lazy.every(({ isLazy }) => isLazy)).toBe(true);
});

describe.each(strangers)("%s is a world of its own", (world) => {
  const isInside = (path: string): boolean => path.startsWith(world);

  test("there is something in it", () => expect(edges.some(({ from }) => isInside(from))).toBe(true));

  test("it imports nothing of the harness", () => {
    expect(edges.filter(({ from, to }) => isInside(from) && !isInside(to)).map(told)).toEqual([]);
  });

  test("the harness imports nothing of it", () => {
    expect(edges.filter(({ from, to }) => !isInside(from) && isInside(to)).map(told)).toEqual([]);
  });
});

describe("verdict knows nothing of running", () => {
  const own = edges.filter(({ from, to }) => folderOf(from) === "verdict" && folderOf(to) !== "verdict");

  test("it runs on base and metrics alone, and of targets it knows types", () => {
    const wrong = own.filter(
      ({ to, isTypeOnly }) =>
        !["base", "metrics"].includes(folderOf(to)) && !(folderOf(to) === "targets" && isTypeOnly),
    );
    expect(wrong.map(told)).toEqual([]);
  });

  test("only one file of it touches the disk, and none the network or other processes", () => {
    const outside = sources
      .filter((path) => folderOf(path) === "verdict")
      .flatMap((from) =>
        importsOf(from)
          .filter(({ to }) => to.startsWith("node:"))
          .map(({ to }) => `${from} imports ${to}`),
      );
    expect(outside).toEqual([
      "verdict/read-run.ts imports node:fs/promises",
      "verdict/read-run.ts imports node:path",
    ]);
  });
});

test("nothing imports itself in a circle, except for types", () => {
  const needs = new Map<string, string[]>();
  for (const { from, to, isTypeOnly } of edges) {
    if (!isTypeOnly) needs.set(from, [...(needs.get(from) ?? []), to]);
  }
  const settled = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(" -> "));
    if (settled.has(path) || above.includes(path)) return;
    for (const next of needs.get(path) ?? []) visit(next, [...above, path]);
    settled.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test("bench --help loads commander and next to nothing of ours", () => {
  const loaded = new Set(["cli/main.ts"]);
  const packages = new Set<string>();
  for (const path of loaded) {
    for (const { to, isPackage, isTypeOnly, isLazy } of importsOf(path)) {
      if (isTypeOnly || isLazy) continue;
      if (isPackage) packages.add(to);
      else loaded.add(to);
    }
  }
  expect([...packages]).toEqual(["commander"]);
  expect([...loaded].toSorted()).toEqual([
    "base/failure.ts",
    "cli/exit-code.ts",
    "cli/failure-within.ts",
    "cli/main.ts",
    "cli/program.ts",
    "cli/reading-commands.ts",
    "cli/verify-command.ts",
  ]);
});

test("every package that runs is a dependency, and one that tests need is not among them", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
  const nameOf = (to: string) =>
    to
      .split("/")
      .slice(0, to.startsWith("@") ? 2 : 1)
      .join("/");
  // Dashboards are made by developers, and what is made of them is what runs.
  expect(
    edges.filter(({ from, to }) => folderOf(to) === "dashboards" && folderOf(from) !== "dashboards"),
  ).toEqual([]);
  const missing = sources
    .filter((path) => levelOf.has(folderOf(path)) && folderOf(path) !== "dashboards")
    .flatMap((path) =>
      importsOf(path)
        .filter(({ to, isPackage, isTypeOnly }) => isPackage && !isTypeOnly && !to.startsWith("node:"))
        .filter(({ to }) => !(nameOf(to) in dependencies!))
        .map(({ to }) => `${path} imports ${to}`),
    );
  expect(missing).toEqual([]);
  expect(Object.keys(dependencies!).filter((name) => name in devDependencies!)).toEqual([]);
});

test("load, the arithmetic of time, knows neither disk nor network nor clock", () => {
  const outside = sources
    .filter((path) => folderOf(path) === "load")
    .flatMap((path) => importsOf(path).filter(({ isPackage }) => isPackage));
  expect(outside).toEqual([]);
});

test("no source imports a test", () => {
  expect(edges.filter(({ to }) => folderOf(to) === "test").map(told)).toEqual([]);
});

test("imports name the file, with .ts", () => {
  expect(edges.filter(({ to }) => !to.endsWith(".ts")).map(told)).toEqual([]);
});
