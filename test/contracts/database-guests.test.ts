/** Sessions of ours at a real PostgreSQL: seen to be in the way only when they are, sent away by anybody, and not back. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sleep, systemClock } from "../../base/clock.ts";
import { Guests } from "../../chaos/database/guests.ts";
import type { Fault, Ground, PreparedFault } from "../../chaos/fault.ts";
import { connections } from "../../chaos/faults/connections.ts";
import { slowQueries } from "../../chaos/faults/slow-queries.ts";
import { performMend } from "../../chaos/mend.ts";
import { askPostgres, codeOf, openPostgres } from "../../chaos/stores/postgres.ts";
import { query, type Servers, startServers } from "../targets/shop/servers.ts";

let servers: Servers;
let url: string;
const never = new AbortController().signal;

beforeAll(async () => {
  servers = await startServers();
  url = `${new URL(await servers.createDatabase("unused")).href.replace(/\/unused$/, "")}/postgres`;
  await query(
    url,
    "CREATE TABLE stocks AS SELECT n AS item_id, 5 AS remaining FROM generate_series(1, 20000) AS n",
  );
});
afterAll(() => servers?.[Symbol.asyncDispose]());

const guests: Guests[] = [];
afterEach(async () => {
  for (const each of guests.splice(0)) await each.leave();
});

function newGuests(id: string): Guests {
  const one = new Guests(url, id, 60);
  guests.push(one);
  return one;
}

async function until(what: string, is: () => Promise<boolean> | boolean): Promise<void> {
  const untilMs = performance.now() + 20_000;
  while (!(await is())) {
    if (performance.now() > untilMs) throw new Error(`${what} did not come about`);
    await sleep(20);
  }
}

test("only who waits for a guest's lock is kept waiting by it, not who waits for somebody else's", async () => {
  const ours = newGuests("row-lock@1");
  const session = await ours.enter();
  await session.query("BEGIN");
  await session.query("SELECT 1 FROM stocks WHERE item_id = 1 FOR UPDATE");
  expect(await ours.keptWaiting()).toBe(0);

  const [holder, waiter] = [await openPostgres(url), await openPostgres(url)];
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM stocks WHERE item_id = 2 FOR UPDATE");
  const theirs = waiter.query("UPDATE stocks SET remaining = 4 WHERE item_id = 2");
  await until("waiting for each other", async () => {
    const [row] = await askPostgres(url, [
      "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    ]);
    return row?.["waiting"] === 1;
  });
  expect(await ours.keptWaiting()).toBe(0);
  await holder.query("COMMIT");
  await theirs;

  const waits = waiter.query("UPDATE stocks SET remaining = 4 WHERE item_id = 1");
  await until("waiting for the guest", async () => (await ours.keptWaiting()) === 1);
  await performMend(ours.mend, never);
  await waits;
  await Promise.all([holder.end(), waiter.end()]);
  expect(await ours.present()).toBe(0);
});

test("guests who were sent away do not come back, and nobody else was", async () => {
  const [ours, others] = [newGuests("connections:db@1"), newGuests("connections:db@10")];
  await Promise.all([ours.enter(), ours.enter(), others.enter()]);
  await performMend(ours.mend, never);
  await until("being over", () => ours.isOver);
  await expect(ours.enter()).rejects.toThrow();
  expect([await ours.present(), await others.present(), others.isOver]).toEqual([0, 1, false]);
});

test("a guest's name has the id of its fault, whatever is in it, and says whose it is", async () => {
  const ours = newGuests(
    `row-lock:it's a "name" that is much longer than what PostgreSQL keeps of one@12.5#2`,
  );
  await ours.enter();
  expect(await ours.present()).toBe(1);
  const rows = await query<{ name: string }>(
    url,
    "SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'stagebench %'",
  );
  expect(rows).toHaveLength(1);
  await performMend(ours.mend, never);
  await until("nobody being there", async () => (await ours.present()) === 0);
});

/** As on a stage of one database. */
function prepared(fault: Fault, value: string, more: Partial<Ground> = {}): Promise<PreparedFault> {
  const node = () => ({ address: new URL(url).host });
  const ground = { node, clock: systemClock, ...more } as unknown as Ground;
  return fault.prepare(
    { id: `${fault.name}:db@0`, fault: fault.name, value, nodes: ["db"], edges: [], atS: 0, forS: 30 },
    ground,
  );
}

test("all connections are taken, who gives one back does not get it again, and there is a way in to mend it", async () => {
  const fault = await prepared(connections, "0");
  const before = await openPostgres(url);
  expect(await fault.verify()).toBeUndefined();
  await fault.inject(never);
  expect(await fault.verify()).toContain("too many clients");
  await before.end();
  await until("the one that came free being taken", async () => {
    const refusal = await openPostgres(url).then((client) => client.end(), codeOf);
    return refusal === "53300";
  });
  for (const mend of fault.mends) await performMend(mend, never);
  await until("being gone", async () => (await fault.verifyUndone()) === undefined);
  // Longer than it takes to take what is free.
  await sleep(300);
  expect(await fault.verifyUndone()).toBeUndefined();
  expect(await fault.verify()).toBeUndefined();
});

test("so many are left to others as were asked for", async () => {
  const fault = await prepared(connections, "3");
  await fault.inject(never);
  const three = await Promise.all([openPostgres(url), openPostgres(url), openPostgres(url)]);
  await expect(openPostgres(url)).rejects.toThrow("too many clients");
  await Promise.all(three.map((client) => client.end()));
  await fault.undo?.(never);
  await until("being gone", async () => (await fault.verifyUndone()) === undefined);
});

test("costly queries begin when they are due, and not before", async () => {
  const dueAtMs = systemClock.nowMs() + 1_000;
  const fault = await prepared(slowQueries, "1", { dueAtMs });
  const injected = fault.inject(never);
  await sleep(500);
  expect(await fault.verifyUndone()).toBeUndefined();
  await injected;
  expect(systemClock.nowMs()).toBeGreaterThanOrEqual(dueAtMs);
  await until("a query of ours", async () => (await fault.verifyUndone()) !== undefined);
  await fault.undo?.(never);
  await until("being gone", async () => (await fault.verifyUndone()) === undefined);
});

test("a database that nobody slows down is not seen to be slow", async () => {
  const fault = await prepared(slowQueries, "4");
  expect(await fault.verify()).toBeUndefined();
  expect(await fault.verifyUndone()).toBeUndefined();
  await expect(fault.account?.(never)).rejects.toThrow("never seen to bite");
});
