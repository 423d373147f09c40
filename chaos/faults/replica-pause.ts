/** A replica stops following its primary: it goes on answering, and what it answers grows older and older. */
import { replicas } from "../database/databases.ts";
import { staleReplica } from "../database/stale-replica.ts";
import type { Fault } from "../fault.ts";

/** Well above what a replica that follows is behind, and reached soon after it stopped. */
const SEEN_FROM_MS = 500;
const LEAST_S = 1;

export const replicaPause: Fault = {
  name: "replica-pause",
  does: "stops a replica from applying changes while it goes on answering, so that reads from it grow older and older",
  place: "node",
  only: replicas,
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name], forS = 0 }) => ({
    mechanism: "pg_wal_replay_pause on the standby",
    problems:
      forS < LEAST_S ? [`in ${forS} s nothing grows old enough to be seen; give it ${LEAST_S} s`] : [],
    takes: [`replay of ${name}`],
  }),
  prepare: async (planned, ground) =>
    staleReplica(planned, ground, {
      inject: ["SELECT pg_wal_replay_pause()"],
      // One that was started again, or became a primary, is not paused any more.
      mend: ["SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_replay_resume() END"],
      remains: `SELECT CASE WHEN pg_is_in_recovery() THEN
        CASE WHEN pg_is_wal_replay_paused() THEN 'its replay is still paused' END END AS remains`,
      leastMs: SEEN_FROM_MS,
    }),
};
