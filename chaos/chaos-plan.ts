/** What somebody wants to go wrong, before it is known what there is: words of `--chaos`, or a plan file. */
import { Failure } from "../base/failure.ts";
import { secondsIn } from "../load/seconds-in.ts";
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

/**
 * Reads a plan. Inside a plan file it comes from `stagebench/chaos`.
 * @throws {Failure} `usage` with every problem found
 */
export function defineChaosPlan(input: ChaosPlanInput): ChaosPlan {
  const problems: string[] = [];
  if (input === null || typeof input !== "object" || !Array.isArray(input.faults))
    throw new Failure("usage", "a chaos plan is an object with a list of faults");
  const wishes = input.faults.flatMap((given, index) => {
    const name = `fault ${index + 1}${typeof given?.fault === "string" ? ` (${given.fault})` : ""}`;
    const time = (what: string, word: unknown): number | undefined => {
      const timeS = typeof word === "string" ? secondsIn(word) : undefined;
      if (timeS === undefined) problems.push(`${name}: its "${what}" is not a time; write for example 20s`);
      return timeS;
    };
    if (typeof given?.fault !== "string") {
      problems.push(`${name} has no "fault", which is the name of one`);
      return [];
    }
    const atS = time("at", given.at);
    const forS = given.for === undefined ? undefined : time("for", given.for);
    const everyS = given.repeat === undefined ? undefined : time("repeat.every", given.repeat.every);
    const times = given.repeat?.times;
    if (times !== undefined && !(Number.isInteger(times) && times >= 1))
      problems.push(`${name}: repeat.times is not a whole number from 1`);
    if (atS === undefined) return [];
    return [
      {
        fault: given.fault,
        ...(given.value !== undefined && { value: String(given.value) }),
        ...(given.where !== undefined && { where: given.where }),
        atS,
        ...(forS !== undefined && { forS }),
        ...(times !== undefined && everyS !== undefined && { repeat: { times, everyS } }),
      },
    ];
  });
  const quiet = (input.quiet ?? []).flatMap(([from, to], index) => {
    const [fromS, toS] = [secondsIn(from), secondsIn(to)];
    if (fromS !== undefined && toS !== undefined && fromS < toS) return [{ fromS, toS }];
    problems.push(
      `quiet span ${index + 1} is not from a time to a later one; write for example ["40s", "60s"]`,
    );
    return [];
  });
  const { hooks, problems: hookProblems } = readHooks(input.hooks, process.cwd());
  problems.push(...hookProblems);
  const { seed } = input;
  if (seed !== undefined && !Number.isSafeInteger(seed)) problems.push("its seed is not a whole number");
  if (problems.length > 0) {
    const many = problems.length === 1 ? "" : "s";
    throw new Failure("usage", `the chaos plan is not sound: ${problems.length} problem${many}`, {
      problems,
    });
  }
  return { ...(seed !== undefined && { seed }), wishes, quiet, ...(input.hooks !== undefined && { hooks }) };
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
