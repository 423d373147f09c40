/** What a run folder says of what was run, where, and by which version: what has to be the same to be compared. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { type Fingerprint, unknownWord } from "../../verdict/comparison/fingerprint.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { idleWords } from "../../verdict/telling/idle.ts";
import type { RunPlan } from "../plan.ts";
import { digest } from "./identity.ts";

/** As much of run.json as is needed; runs of before have less. */
const aboutShape = z.object({
  bench: z.string(),
  node: z.string(),
  host: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
    kernel: z.string(),
    platform: z.string(),
    haltPollMs: z.number().optional(),
  }),
  identity: z
    .object({ scenario: z.string(), declaration: z.string(), program: z.string() })
    .partial()
    .optional(),
});

export type AboutRun = z.infer<typeof aboutShape>;

/** @throws {Failure} `environment` when the folder has no readable plan.json and run.json */
export function readFingerprint(folder: string, evidence: Evidence): Fingerprint {
  return fingerprintOf(
    readJson(folder, "plan.json") as RunPlan,
    aboutIn(folder),
    evidence.targetSeen.budgets.mechanism,
  );
}

function aboutIn(folder: string): AboutRun {
  const parsed = aboutShape.safeParse(readJson(folder, "run.json"));
  if (parsed.success) return parsed.data;
  throw new Failure("environment", `run.json of ${basename(folder)} does not say where the run was made`, {
    problems: parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
  });
}

export function readJson(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch (cause) {
    throw new Failure("environment", `${name} of ${basename(folder)} cannot be read: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

/**
 * The seed is left out: repeated runs have different ones. So are addresses of somebody's own system, which may stand side
 * by side to be compared.
 */
export function fingerprintOf(plan: RunPlan, about: AboutRun, budgets: string): Fingerprint {
  const { identity = {}, host } = about;
  const isOwn = plan.launcher === "external";
  return {
    plan: {
      scenario: plan.scenario,
      ...(plan.scenarioFile !== undefined && { "scenario file": identity.scenario ?? unknownWord }),
      rate: `${plan.ratePerS}/s`,
      duration: `${plan.durationS} s`,
      "warm-up": `${plan.warmupS} s`,
      exercise: `at most ${plan.exercise.rounds} rounds`,
      load: plan.load,
      phases: digest(JSON.stringify(plan.phases)),
      agents: String(plan.agents),
      connections: String(plan.connectionsPerAgent),
      "time-out": `${plan.requestTimeoutMs} ms`,
      sender: plan.sender,
      data: JSON.stringify(plan.data),
      sale: JSON.stringify(plan.sale ?? null),
      faults:
        (plan.chaos?.faults ?? []).map(({ id, mechanism }) => `${id} by ${mechanism}`).join(", ") || "none",
    },
    target: {
      target: isOwn ? "somebody's own system" : plan.target,
      launcher: plan.launcher,
      network: plan.network ?? "loopback",
      "CPU budgets": budgets,
      ...plan.variants,
      ...(plan.strategy !== undefined && { strategy: plan.strategy }),
      ...(!isOwn && { declaration: identity.declaration ?? unknownWord }),
    },
    program: isOwn ? {} : { shop: identity.program ?? unknownWord },
    host: {
      cpu: host.cpu,
      cores: String(host.cores),
      // A few megabytes more or less are the same machine.
      memory: `${Math.round(host.memoryBytes / 2 ** 30)} GiB`,
      kernel: host.kernel.split(".").slice(0, 2).join("."),
      platform: host.platform,
      // Cores that sleep are late for the next request: its latencies are those of another machine.
      ...(host.haltPollMs !== undefined && { "idle cores": idleWords(host.haltPollMs) }),
    },
    versions: { bench: about.bench, node: about.node },
  };
}

/** Sixteen digits for one part: equal when all its words are. */
export const partDigest = (words: Readonly<Record<string, string>>): string =>
  digest(JSON.stringify(Object.entries(words).toSorted(([a], [b]) => (a < b ? -1 : 1))));
