/** A replica follows its primary at a distance: what is read from it is as old as that. */
import { secondsIn } from "../../load/seconds-in.ts";
import { replicas } from "../database/databases.ts";
import { staleReplica } from "../database/stale-replica.ts";
import type { Fault } from "../fault.ts";
import { askPostgres, postgresUrl } from "../stores/postgres.ts";

/** Below, half of it could not be told from the distance of two heartbeats. */
const LEAST_S = 0.5;

export const replicaLag: Fault = {
  name: "replica-lag",
  does: "holds every change back for so long before a replica applies it, so that reads from it show the past",
  place: "node",
  only: replicas,
  value: { means: "how far it is behind, from 500ms", usual: "2s" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name], value = "", forS = 0 }) => {
    const lagS = secondsIn(value);
    const problems: string[] = [];
    if (lagS === undefined)
      problems.push(`"${value}" is not how far it shall be behind; write for example 2s`);
    else if (lagS < LEAST_S) problems.push(`a lag of ${value} is too small to be told apart; from 500ms`);
    else if (forS < lagS) problems.push(`in ${forS} s nothing can be behind by ${value}; give it longer`);
    return {
      mechanism: "recovery_min_apply_delay of the standby, by ALTER SYSTEM and a reload",
      problems,
      takes: [`replay of ${name}`],
    };
  },
  async prepare(planned, ground) {
    const { nodes, value = "" } = planned;
    const lagMs = Math.round((secondsIn(value) ?? 0) * 1_000);
    const prior = await settingOf(postgresUrl(ground.node(nodes[0] ?? "").address));
    const back = prior.written === undefined ? `RESET ${setting}` : `SET ${setting} = '${prior.written}'`;
    return staleReplica(planned, ground, {
      inject: [`ALTER SYSTEM SET ${setting} = '${lagMs}ms'`, "SELECT pg_reload_conf()"],
      mend: [`ALTER SYSTEM ${back}`, "SELECT pg_reload_conf()"],
      remains: `SELECT CASE WHEN setting::int <> ${prior.inForceMs} THEN 'changes are still held back for ' || setting || ' ms' END
        AS remains FROM pg_settings WHERE name = '${setting}'`,
      leastMs: lagMs / 2,
    });
  },
};

const setting = "recovery_min_apply_delay";

/** What is in force, and what an earlier ALTER SYSTEM wrote, if any did. */
async function settingOf(
  url: string,
): Promise<{ readonly inForceMs: number; readonly written: string | undefined }> {
  const [row] = await askPostgres(url, [
    `SELECT setting::int AS in_force, (SELECT setting FROM pg_file_settings
      WHERE name = '${setting}' AND sourcefile LIKE '%/postgresql.auto.conf' ORDER BY seqno DESC LIMIT 1) AS written
      FROM pg_settings WHERE name = '${setting}'`,
  ]);
  return { inForceMs: Number(row?.["in_force"]), written: (row?.["written"] as string | null) ?? undefined };
}
