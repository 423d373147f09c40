/**
 * Somebody runs costly queries at a database: whole tables read from end to end, over and over, as a report does for which
 * nobody made an index. What everybody else asks becomes slow with them.
 *
 * Why not otherwise: to forbid the planner its indexes does nothing to statements that are planned already, nor where
 * applications forbid it reading tables from end to end, as this shop does; a trigger that sleeps slows writes alone; and a
 * fixed delay for each statement is what `latency` on the way to the database is for.
 */
import { type Clock, sleep } from "../../base/clock.ts";
import { rounded } from "../cache/stampede.ts";
import { databases } from "../database/databases.ts";
import { Guests } from "../database/guests.ts";
import { type Asking, meanAnswerMs } from "../database/small-questions.ts";
import type { Fault } from "../fault.ts";
import { performMend } from "../mend.ts";
import { askPostgres, postgresUrl, withPostgres } from "../stores/postgres.ts";
import { untilDue } from "../until-due.ts";

const AT_ONCE_MOST = 32;
/** Of the undisturbed time before it, to compare with: some 350 small questions, in 150 periods of a CPU budget. */
const LEAD_S = 3;
/** For so long small questions are asked to see how long one takes now; and before it, where there is no time ahead. */
const SOUND_MS = 300;
/** Below it may be chance: a mean over so long triples seldom by itself. */
const SLOWER_FROM = 3;
/** Between two of them, so that one that is refused is not asked for in a tight circle. */
const PAUSE_MS = 10;

export const slowQueries: Fault = {
  name: "slow-queries",
  does: "reads the largest table of a database from end to end, over and over, so that all other questions become slow",
  place: "node",
  only: databases,
  value: { means: "how many of them run at once", usual: "4" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name], value = "" }) => ({
    mechanism: "queries without an index, by sessions of our own",
    problems: isCount(value) ? [] : [`"${value}" is not how many queries run at once; 1 to ${AT_ONCE_MOST}`],
    takes: [`time of ${name}`],
  }),
  leadS: () => LEAD_S,
  async prepare({ id, nodes: [name = ""], value, forS = 0 }, ground) {
    const { node, clock, dueAtMs = 0 } = ground;
    const url = postgresUrl(node(name).address);
    const guests = new Guests(url, id, forS);
    const table = await largestTable(url);
    let beforeMs: number | undefined;
    let underMs: number | undefined;
    let isOn = false;
    return {
      mends: [guests.mend],
      async inject(signal) {
        if (isOn && !guests.isOver) return;
        const forMs = Math.max(SOUND_MS, dueAtMs - clock.nowMs());
        beforeMs ??= await smallQuestionMs(url, { forMs, clock, signal });
        await untilDue(ground, signal);
        signal.throwIfAborted();
        isOn = true;
        guests.begin();
        for (let running = 0; running < Number(value); running++) void run(guests, table, clock);
      },
      async verify() {
        if (beforeMs === undefined) return undefined;
        const nowMs = await smallQuestionMs(url, { forMs: SOUND_MS, clock });
        if (nowMs < SLOWER_FROM * beforeMs) return undefined;
        underMs = nowMs;
        return `a small question to ${name} takes ${nowMs.toFixed(1)} ms where it took ${beforeMs.toFixed(1)} ms`;
      },
      async undo(signal) {
        await guests.leave();
        await performMend(guests.mend, signal);
      },
      async verifyUndone() {
        const present = await guests.present();
        return present === 0 ? undefined : `${present} sessions of ours are still at ${name}`;
      },
      async account() {
        if (beforeMs === undefined || underMs === undefined) throw new Error("it was never seen to bite");
        return {
          sentence: `${(underMs / beforeMs).toFixed(1)} times as long`,
          figures: { smallQuestionBeforeMs: rounded(beforeMs), smallQuestionUnderMs: rounded(underMs) },
        };
      },
    };
  },
};

const isCount = (value: string) => /^[1-9]\d*$/.test(value) && Number(value) <= AT_ONCE_MOST;

async function largestTable(url: string): Promise<string> {
  const [row] = await askPostgres(url, [
    `SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      ORDER BY pg_relation_size(oid) DESC LIMIT 1`,
  ]);
  if (row === undefined) throw new Error("it holds no table of its own that could be read");
  return String(row["name"]);
}

/** One session that asks the same again and again, until all is over. */
async function run(guests: Guests, table: string, clock: Clock): Promise<void> {
  while (!guests.isOver) {
    try {
      const session = await guests.enter({
        statement_timeout: guests.forMs,
        idle_session_timeout: guests.forMs,
        // When we are gone nobody waits for the answer.
        client_connection_check_interval: 100,
      });
      while (!guests.isOver)
        await session.query(`SELECT count(*) FROM ${table} AS line WHERE md5(line::text) = ''`);
    } catch {
      // The server may be down for a while, as by another fault: then once more.
      await sleep(PAUSE_MS, undefined, clock);
    }
  }
}

/** Mean time of one that the server answers from memory by an index. */
const smallQuestionMs = (url: string, asking: Asking): Promise<number> =>
  withPostgres(url, (client) =>
    meanAnswerMs(() => client.query("SELECT relname FROM pg_class WHERE oid = 1259"), asking),
  );
