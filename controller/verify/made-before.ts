/** Runs and searches that were made before, so that an experiment need not be made again. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { CapacityPlan } from "../capacity/search-capacity.ts";
import { searchVersion } from "../capacity/search-version.ts";
import type { RunPlan } from "../plan.ts";

/** As run.json has it: version, machine, and what exactly was run. */
export type WhatAndWhere = Readonly<Record<string, unknown>>;

interface Found {
  readonly folder: string;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly run: WhatAndWhere;
}

/** What has to be the same: version of bench and of Node, the machine, the stage as it was chosen, and the shop's program. */
const sameParts = ["bench", "node", "host", "identity"] as const;

/** What a search is, whatever rate it began at: that follows from searches before it. Also `roundsIn`. */
const sameOfSearch = [
  ...["scenario", "target", "launcher", "network", "strategy", "variants", "seed", "agents", "sender"],
  ...["connectionsPerAgent", "requestTimeoutMs", "data"],
] as const;

export class MadeBefore {
  readonly #found: Found[];

  private constructor(found: Found[]) {
    this.#found = found;
  }

  static none(): MadeBefore {
    return new MadeBefore([]);
  }

  /** Whatever ended complete below these folders of runs. Folders that cannot be read are not among them. */
  static in(roots: readonly string[]): MadeBefore {
    return new MadeBefore(
      [...new Set(roots)].flatMap((root) =>
        existsSync(root)
          ? readdirSync(root)
              .toSorted()
              .flatMap((name) => foundIn(join(root, name)))
          : [],
      ),
    );
  }

  /** The newest folder of a run with exactly this plan, seed and all; it is given only once. */
  takeRun(plan: RunPlan, whatAndWhere: WhatAndWhere): string | undefined {
    const wanted = plain(plan);
    return this.#take(
      ({ plan: { runId: _, ...made }, run }) =>
        run["kind"] === undefined && isDeepStrictEqual(made, wanted) && isSame(run, whatAndWhere),
    );
  }

  /** The newest folder of such a search, by the way in which would be searched now; it is given only once. */
  takeSearch({ base, objective }: CapacityPlan, whatAndWhere: WhatAndWhere): string | undefined {
    const wanted = plain(base);
    return this.#take(
      ({ plan, run }) =>
        run["kind"] === "capacity" &&
        sameOfSearch.every((field) => isDeepStrictEqual(plan[field], wanted[field])) &&
        roundsIn(plan) === base.exercise.rounds &&
        isDeepStrictEqual(searchedFor(plan), { version: searchVersion, objective: plain(objective) }) &&
        isSame(run, whatAndWhere),
    );
  }

  #take(fits: (found: Found) => boolean): string | undefined {
    const at = this.#found.findLastIndex(fits);
    return at < 0 ? undefined : this.#found.splice(at, 1)[0]?.folder;
  }
}

/** The rate of its exercise follows the one it began at. */
const roundsIn = ({ exercise }: Found["plan"]): unknown =>
  ((exercise ?? {}) as Readonly<Record<string, unknown>>)["rounds"];

/** By which way of searching, and for what. */
function searchedFor({ capacity }: Found["plan"]): object {
  const { version, objective } = (capacity ?? {}) as Readonly<Record<string, unknown>>;
  return { version, objective };
}

function foundIn(folder: string): readonly Found[] {
  try {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
    const [plan, run] = [read("plan.json"), read("run.json")];
    return run.state === "complete" ? [{ folder, plan, run }] : [];
  } catch {
    return [];
  }
}

const isSame = (run: WhatAndWhere, now: WhatAndWhere): boolean => {
  const here = plain(now);
  return sameParts.every((part) => isDeepStrictEqual(run[part], here[part]));
};

/** As it would be read from a file: without what is undefined. */
const plain = (value: object): Readonly<Record<string, unknown>> => JSON.parse(JSON.stringify(value));
