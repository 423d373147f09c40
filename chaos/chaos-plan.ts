/** What somebody wants to go wrong, before it is known what there is: words of `--chaos`, or a plan file. */
import { Failure } from "../base/failure.ts";
import { secondsIn } from "../load/seconds-in.ts";
import { readPlanShape } from "./chaos-plan-shape.ts";
import { type HookInput, type Hooks, readHooks } from "./hooks.ts";

/** One wish: `fault[=value][:where]@start[+duration]`. */
export interface FaultWish {
  readonly fault: string;
  readonly value?: string;
  /** A name, a selector (`tier=app`, `zone=b`, `primary=trade`), several with commas, `*n` of them, or `a>b`. */
  readonly where?: string;
  /** Seconds since the start of the measured part. */
  readonly atS: number;
  readonly forS?: number;
  readonly repeat?: { readonly times: number; readonly everyS: number };
}

/** A plan as it is written in a file. Times are durations in words: `20s`. */
export interface ChaosPlanInput {
  /** Chooses among nodes; the run's own when absent. */
  readonly seed?: number;
  readonly faults: readonly {
    readonly fault: string;
    readonly value?: string;
    readonly where?: string;
    readonly at: string;
    readonly for?: string;
    /** So many times in all, this far from start to start. */
    readonly repeat?: { readonly times: number; readonly every: string };
  }[];
  /** Spans without any fault, `[from, to]`: a plan that disturbs one is refused. */
  readonly quiet?: readonly (readonly [string, string])[];
  /** Faults of your own, for `hook=name`: commands for a shell, or requests. */
  readonly hooks?: Readonly<Record<string, HookInput>>;
}

export interface ChaosPlan {
  readonly seed?: number;
  readonly wishes: readonly FaultWish[];
  readonly quiet: readonly { readonly fromS: number; readonly toS: number }[];
  readonly hooks?: Hooks;
}

/** Plans that were made here, so that a file may export one. */
const made = new WeakSet<object>();

/**
 * Reads a plan. Inside a plan file it comes from `stagebench/chaos`.
 * @throws {Failure} `usage` with every problem found: fields that nobody reads too, with the nearest name
 */
export function defineChaosPlan(input: ChaosPlanInput): ChaosPlan {
  const read = readPlanShape(input);
  const { hooks, problems: hookProblems } = readHooks(input?.hooks, process.cwd());
  const problems = [...("problems" in read ? read.problems : []), ...hookProblems];
  if (problems.length > 0 || "problems" in read) {
    const many = problems.length === 1 ? "" : "s";
    throw new Failure("usage", `the chaos plan is not sound: ${problems.length} problem${many}`, {
      problems,
    });
  }
  const { seed, faults, quiet = [] } = read.plan;
  const plan: ChaosPlan = {
    ...(seed !== undefined && { seed }),
    wishes: faults.map(({ fault, value, where, at, for: forS, repeat }) => ({
      fault,
      ...(value !== undefined && { value }),
      ...(where !== undefined && { where }),
      atS: at,
      ...(forS !== undefined && { forS }),
      ...(repeat !== undefined && { repeat: { times: repeat.times, everyS: repeat.every } }),
    })),
    quiet: quiet.map(([fromS, toS]) => ({ fromS, toS })),
    ...(input.hooks !== undefined && { hooks }),
  };
  made.add(plan);
  return plan;
}

/**
 * What a file exports: a plan made by `defineChaosPlan`, or the same written plainly.
 * @throws {Failure} `usage` as `defineChaosPlan` does
 */
export function chaosPlanOf(exported: unknown): ChaosPlan {
  const isMade = typeof exported === "object" && exported !== null && made.has(exported);
  return isMade ? (exported as ChaosPlan) : defineChaosPlan(exported as ChaosPlanInput);
}

/** A wish in one word, or what is wrong with it. */
export function readWish(word: string): FaultWish | { readonly problem: string } {
  const match = /^([a-z][a-z0-9-]*)(?:=([^:@]+))?(?::([^@]+))?@([^+@]+)(?:\+(.+))?$/.exec(word.trim());
  const [, fault, value, where, at, length] = match ?? [];
  if (fault === undefined || at === undefined) {
    return {
      problem: `--chaos "${word}" is not fault[=value][:where]@start[+duration]; write for example kill:shop-2@20s+15s`,
    };
  }
  const atS = secondsIn(at);
  const forS = length === undefined ? undefined : secondsIn(length);
  if (atS === undefined || (length !== undefined && forS === undefined)) {
    const bad = atS === undefined ? at : length;
    return { problem: `--chaos "${word}": "${bad}" is not a time; write for example 20s, 500ms or 2m` };
  }
  return {
    fault,
    ...(value !== undefined && { value }),
    ...(where !== undefined && { where }),
    atS,
    ...(forS !== undefined && { forS }),
  };
}

/** Whether a word of `--chaos` names a plan file rather than a fault. */
export function isChaosFile(word: string): boolean {
  return /\.(ts|mts|js|mjs|json|ya?ml)$/.test(word);
}
