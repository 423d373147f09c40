/** Somebody takes all connections of a database and sits on them: whoever comes anew is turned away. */
import { type Clock, sleep } from "../../base/clock.ts";
import { databases } from "../database/databases.ts";
import { Guests } from "../database/guests.ts";
import type { Fault } from "../fault.ts";
import { performMend } from "../mend.ts";
import { askPostgres, codeOf, openPostgres, postgresUrl, tooManyConnections } from "../stores/postgres.ts";

/** How often it takes what others gave back. */
const TAKE_EVERY_MS = 100;
/** Opened side by side: each is a process more for the server. */
const AT_ONCE = 8;
const LEFT_MOST = 50;

export const connections: Fault = {
  name: "connections",
  does:
    "takes every free connection of a database, those kept for its owner too, and each that others give back; " +
    "connections that are open live on",
  place: "node",
  only: databases,
  value: { means: "how many are left to others", usual: "0" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name], value = "" }) => ({
    mechanism: "idle sessions of our own, up to max_connections",
    problems: isCount(value) ? [] : [`"${value}" is not how many connections are left; 0 to ${LEFT_MOST}`],
    takes: [`connections of ${name}`],
  }),
  async prepare({ id, nodes: [name = ""], value, forS = 0 }, { node, clock }) {
    const url = postgresUrl(node(name).address);
    const left = Number(value);
    const guests = new Guests(url, id, forS);
    const most = await maxConnections(url);
    let isOn = false;
    return {
      mends: [guests.mend],
      async inject(signal) {
        if (isOn && !guests.isOver) return;
        isOn = true;
        guests.begin();
        await takeAll(guests, most - left);
        signal.throwIfAborted();
        void goOn(guests, most - left, clock);
      },
      async verify() {
        const refusal = await refusalOf(url, left + 1);
        return (
          refusal &&
          `${name} turns away who comes anew: ${refusal} (${guests.here.length} of ${most} are ours)`
        );
      },
      async undo(signal) {
        await guests.leave();
        await performMend(guests.mend, signal);
      },
      async verifyUndone() {
        const present = await guests.present();
        if (present > 0) return `${present} sessions of ours are still at ${name}`;
        const refusal = await refusalOf(url, 1);
        return refusal && `${name} still turns away who comes anew: ${refusal}`;
      },
    };
  },
};

const isCount = (value: string) => /^\d+$/.test(value) && Number(value) <= LEFT_MOST;

async function maxConnections(url: string): Promise<number> {
  const [row] = await askPostgres(url, ["SELECT current_setting('max_connections')::int AS most"]);
  return Number(row?.["most"]);
}

/** As long as they are wanted there. */
async function goOn(guests: Guests, most: number, clock: Clock): Promise<void> {
  while (!guests.isOver) {
    await sleep(TAKE_EVERY_MS, undefined, clock);
    // One that is not let in, or sent away meanwhile, is no reason to stop trying; being over is.
    if (!guests.isOver) await takeAll(guests, most).catch(() => {});
  }
}

/** Until so many sessions are there in all, whoever they are of. */
async function takeAll(guests: Guests, most: number): Promise<void> {
  const first = guests.here[0] ?? (await entered(guests));
  while (first !== undefined && !guests.isOver) {
    const { rows } = await first.query<{ taken: number }>(
      "SELECT count(*)::int AS taken FROM pg_stat_activity WHERE backend_type = 'client backend'",
    );
    const free = most - rows[0]!.taken;
    if (free <= 0) return;
    const came = await Promise.all(Array.from({ length: Math.min(free, AT_ONCE) }, () => entered(guests)));
    if (came.includes(undefined)) return;
  }
}

/** Undefined when there is no place. */
async function entered(guests: Guests) {
  try {
    return await guests.enter({ idle_session_timeout: guests.forMs });
  } catch (error) {
    if (codeOf(error) === tooManyConnections) return undefined;
    throw error;
  }
}

/** What somebody is told who wants so many connections; undefined when he gets them. */
async function refusalOf(url: string, wanted: number): Promise<string | undefined> {
  const tries = await Promise.allSettled(Array.from({ length: wanted }, () => openPostgres(url)));
  await Promise.all(tries.map((one) => one.status === "fulfilled" && one.value.end().catch(() => {})));
  const refusals = tries.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const refusal = refusals.find((reason) => codeOf(reason) === tooManyConnections);
  return refusal && (refusal as Error).message;
}
