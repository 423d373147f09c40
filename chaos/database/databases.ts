/** The databases among the members of a target: which of them a fault is for, and whom a replica follows. Pure. */
import type { Member } from "../../targets/launch/members.ts";
import type { Business } from "../../targets/target.ts";
import type { Only } from "../fault.ts";

export const databases: Only = {
  what: "a database",
  fits: ({ component }) => component === "postgres",
};

export const replicas: Only = {
  what: "a replica of a database",
  fits: ({ component, replicaOf }) => component === "postgres" && replicaOf !== undefined,
};

export const primaries: Only = {
  what: "a database that is written to",
  fits: ({ component, replicaOf }) => component === "postgres" && replicaOf === undefined,
};

/** Where in the data something is: a business, and of split data the shard. */
export interface DataPart {
  readonly holds: Exclude<Business, "report">;
  readonly shard: number;
}

/** One part of what a database holds; undefined of a report node, which holds nothing of its own. */
export function partOf({ holds, shard }: Member): DataPart | undefined {
  const own = holds.find((each) => each !== "report");
  return own === undefined ? undefined : { holds: own, shard: shard.index };
}
