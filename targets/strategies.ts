/** The ways of selling a flash sale: what each needs of a target, what it promises, and why some are not to be had. Pure. */
import type { NodeSpec, Strategy, TargetSpec } from "./target.ts";

/** What a strategy needs besides a database for trade. */
export type Need = "nothing more" | "a cache" | "a queue" | "trade in several zones";

export interface StrategyFacts {
  /** What it does, in a line. */
  readonly title: string;
  readonly needs: Need;
  /** Whether more orders than units may be accepted, by design: as a control, or as the price of what it does. */
  readonly mayOversell: boolean;
}

const facts = (title: string, needs: Need = "nothing more", mayOversell = false): StrategyFacts => ({
  title,
  needs,
  mayOversell,
});

export const strategyFacts: Readonly<Record<Strategy, StrategyFacts>> = {
  F0: facts("read the stock, then write it back", "nothing more", true),
  F1: facts("lock the stock row first, then read and write"),
  F2: facts("take a unit and write the order in one conditional statement"),
  F3: facts("write if the version is still the one that was read, else look again"),
  "F4-nowait": facts("lock the stock row, or be turned away at once by an error"),
  "F4-skip-locked": facts("lock the stock row, or be turned away at once by finding none"),
  F6: facts("GET then DECR in the cache", "a cache", true),
  F7: facts("DECR in the cache, and give back what fell below zero", "a cache"),
  F8: facts("reserve in the cache by one script, then write in the database", "a cache"),
  "F8-cache-only": facts("the same, and the database writes what the cache has let through", "a cache", true),
  F9: facts("reserve in the cache, accept, and write to the database through a queue", "a queue"),
  F11: facts("so many tokens a second at the door of each node"),
  "F11-stock": facts("so many tokens for each unit at the door of each node"),
  F12: facts("let in some tries at random"),
  F13: facts("split the stock in buckets, over the shards where there are several"),
  F14: facts("give each shop units of its own to sell"),
  "F15-unfenced": facts("one buyer at a time, by a lock in the cache that is a lease", "a cache", true),
  "F15-fenced": facts("the same, and the stock row refuses whoever held the lock before", "a cache"),
  "F16-order": facts("the unit leaves the shelf at the order, for good"),
  "F16-payment": facts("the unit leaves the shelf at the payment", "nothing more", true),
  "F16-reserve": facts("the unit leaves the shelf at the order, and comes back when it is not paid in time"),
  F17: facts("split the stock between the zones", "trade in several zones"),
  "F17-shared": facts("each zone sells from its own copy of the stock", "trade in several zones", true),
};

const strategies = Object.keys(strategyFacts) as readonly Strategy[];
const needing = (need: Need) => strategies.filter((each) => strategyFacts[each].needs === need);

/** What any database for trade can do. */
export const inDatabase = needing("nothing more");
/** What a cache adds. */
export const inCache = needing("a cache");
/** What a queue between acceptance and database adds. */
export const throughQueue = needing("a queue");
/** What several zones add. */
export const acrossZones = needing("trade in several zones");

/** Known from the literature, and to be had in no stage. */
const nowhere: Readonly<Record<string, string>> = {
  F5: "F5 groups the updates of one row inside the database engine, which only vendors' own engines do (AliSQL, PolarDB); PostgreSQL does not",
  F10: "F10 inserts every take as a row and merges them behind, so it needs a merger beside the database, and no stage has one",
};

/** Why a target cannot sell that way; undefined when it can. */
export function missingFor(strategy: Strategy, { nodes }: Pick<TargetSpec, "nodes">): string | undefined {
  const { needs, title } = strategyFacts[strategy];
  const all = Object.values(nodes);
  switch (needs) {
    case "nothing more":
      return undefined;
    case "a cache":
      if (all.some(isCounting)) return undefined;
      break;
    case "a queue":
      if (all.some(({ component }) => component === "nats") && all.some(isCounting) && all.some(isWorker))
        return undefined;
      break;
    case "trade in several zones":
      if (tradeZones(all).size > 1) return undefined;
      return `strategy ${strategy} (${title}) needs ${needs}, and it has it in one place`;
    default:
      return needs satisfies never;
  }
  return `strategy ${strategy} (${title}) needs ${needs}, and it has none`;
}

/** A Redis that may keep counters of sales: beside pages, or in one of their own. */
function isCounting({ component, settings }: NodeSpec<string>): boolean {
  const keeps = settings?.keeps ?? "pages";
  return component === "redis" && (keeps === "pages" || keeps === "sales");
}

/** Whoever writes what waits in a queue. */
const isWorker = ({ component }: NodeSpec<string>) => component === "order-worker";

function tradeZones(nodes: readonly NodeSpec<string>[]): ReadonlySet<string> {
  const holders = nodes.filter(({ holds, replicaOf }) => replicaOf === undefined && holds?.includes("trade"));
  return new Set(holders.flatMap(({ zone, zones }) => zones ?? (zone === undefined ? [] : [zone])));
}

/** Why `word` is no strategy of this target, where more can be said than that it is not among them. */
export function whyNotHosted(word: string, spec: TargetSpec): string | undefined {
  const hosts = `${spec.id} hosts ${spec.strategies.join(", ")}`;
  const reason = nowhere[word];
  if (reason !== undefined) return `${reason} (${hosts})`;
  const known = strategies.find((each) => each === word);
  if (known === undefined) {
    const ways = strategies.filter((each) => each.startsWith(`${word}-`));
    return ways.length === 0 ? undefined : `${word} comes as ${ways.join(" or ")} (${hosts})`;
  }
  const missing = missingFor(known, spec);
  return `${missing ?? `strategy ${known} is not among those of this stage`} (${hosts})`;
}
