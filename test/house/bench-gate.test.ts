/** What the workflow of deploy/ci and the page about gates tell people to type: a run of it can answer what it is asked. */
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readMargins } from "../../cli/comparison-words.ts";
import { buildProgram } from "../../cli/program.ts";
import { type RunWords, readRequest } from "../../cli/request.ts";
import { shortOf } from "../../controller/gate/enough-requests.ts";
import { planRun, type RunPlan } from "../../controller/plan.ts";
import { read } from "./files.ts";

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

/** Commands of `bench` in lines of a shell, as words; variables are put in where their values are known. */
function commandsIn(shell: string, known: Readonly<Record<string, string>> = {}): readonly string[][] {
  return shell
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => /^\s*(?:npx )?bench (.*)$/.exec(line)?.[1] ?? "")
    .filter((rest) => rest !== "")
    .map((rest) =>
      rest
        .replace(/\s(?:\||#).*$/, "")
        .replace(/\$(\w+)/g, (word, name: string) => known[name] ?? word)
        .replace(/"/g, "")
        .split(/\s+/)
        .filter(Boolean),
    );
}

interface Asked {
  readonly command: string;
  readonly plan: RunPlan;
  /** Why a run of this would tell nothing, one sentence each. */
  readonly short: readonly string[];
}

/** Read and planned by what the program itself uses, and not carried out. */
async function asked([command = "", ...words]: readonly string[]): Promise<Asked> {
  const program = buildProgram();
  let found: { scenario: string; options: Partial<RunWords> & { margin?: string[] }; excess: string[] };
  program.commands
    .find((each) => each.name() === command)
    ?.action((scenario: string, options, self: { args: string[] }) => {
      found = { scenario, options, excess: self.args.slice(1) };
    });
  await program.parseAsync([command, ...words], { from: "user" });
  const { scenario, options, excess } = found!;
  const { request } = await readRequest(scenario, { ...options, excess, flags: [] });
  const plan = planRun(request);
  const problems: string[] = [];
  const rules = readMargins(options.margin ?? [], problems);
  return { command, plan, short: [...problems, ...shortOf(rules, plan, []).map(({ because }) => because)] };
}

const loadOf = ({ plan }: Asked) => ({
  ...{ scenario: plan.scenario, target: plan.target, ratePerS: plan.ratePerS, durationS: plan.durationS },
  warmupS: plan.warmupS,
});

const workflow = parse(read("deploy/ci/bench-gate.yml")) as Workflow;
const steps = Object.values(workflow.jobs).flatMap(({ steps: all }) => all.flatMap(({ run }) => run ?? []));
const page = [...read("docs/compare-and-gate.md").matchAll(/^```\n([\s\S]*?)^```/gm)].map(
  ([, block = ""]) => block,
);

describe.each([
  {
    where: "deploy/ci/bench-gate.yml",
    all: steps.flatMap((step) => commandsIn(step, { ...workflow.env, seed: "42" })),
  },
  { where: "docs/compare-and-gate.md", all: page.flatMap((block) => commandsIn(block)) },
])("$where", ({ all }) => {
  const runs = all.filter(([name]) => name === "run" || name === "gate");

  test("makes runs and gates on them", () => {
    expect(new Set(runs.map(([name]) => name))).toEqual(new Set(["run", "gate"]));
  });

  test("runs have requests enough for every figure that is asked about", async () => {
    for (const words of runs) {
      const { short, plan } = await asked(words);
      expect(short, words.join(" ")).toEqual([]);
      expect(plan.expectedRequests, words.join(" ")).toBeGreaterThan(10_000);
    }
  });

  test("what is gated is the load of the baseline, under the name it was saved by", async () => {
    const loads = await Promise.all(runs.map(async (words) => loadOf(await asked(words))));
    for (const load of loads) expect(load).toEqual(loads[0]);
    const saved = all.flatMap(([name, action, as]) => (name === "baseline" && action === "save" ? [as] : []));
    const gated = runs.flatMap((words) => {
      const at = words.indexOf("--baseline");
      return at < 0 ? [] : [words[at + 1]];
    });
    expect(saved.length).toBeGreaterThan(0);
    expect(new Set(gated)).toEqual(new Set(saved));
  });
});

test("half a minute of browse on stage-04 would be too short for its p99, and would be found", async () => {
  const { short } = await asked(["gate", "browse", "--target", "stage-04", "--margin", "p99=10%"]);
  expect(short).toEqual([expect.stringContaining("p99 takes 10,000 requests")]);
});
