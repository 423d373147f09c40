/** A replica that shows the past: by what it is made to differs, how it is seen does not. */
import { type Clock, sleep } from "../../base/clock.ts";
import type { Ground, PlannedFault, PreparedFault } from "../fault.ts";
import { performMend } from "../mend.ts";
import { askPostgres, postgresUrl } from "../stores/postgres.ts";
import { partOf } from "./databases.ts";
import { Heartbeat, postgresBeats } from "./heartbeat.ts";
import { accountOfReads, tellStaleness } from "./staleness.ts";
import { readThrough, StalenessProbe } from "./staleness-probe.ts";

export interface StaleBy {
  /** Statements to the replica. */
  readonly inject: readonly string[];
  readonly mend: readonly string[];
  /** One statement whose only row says in `remains` what is still there of it, or null. */
  readonly remains: string;
  /** How old a read must be to count, in milliseconds. */
  readonly leastMs: number;
}

/** How long a replica that follows may take to show what was just written, before anything is done to it. */
const FRESH_LIMIT_MS = 3_000;
const LOOK_EVERY_MS = 100;
/** Afterwards: long enough to see whether it stays where it got to, short enough for a run that is about to end. */
const LOOKS_AFTER = 4;
/** While it is on: often enough for a figure of a few seconds, and nobody notices so few reads. */
const WATCH_EVERY_MS = 500;

export function staleReplica(
  { nodes: [name = ""] }: PlannedFault,
  ground: Ground,
  { inject, mend, remains, leastMs }: StaleBy,
): PreparedFault {
  const url = postgresUrl(ground.node(name).address);
  const probe = probeOf(name, ground);
  const undo = { mend: "postgres" as const, url, statements: [...mend] };
  const watch = new Watch(probe, ground.clock);
  let ownAccountMs: number | undefined;
  let behindBeforeMs: number | undefined;
  return {
    mends: [undo],
    async inject(signal) {
      behindBeforeMs ??= await untilFresh(probe, ground, { name, leastMs, signal });
      await askPostgres(url, inject, signal);
      watch.begin();
    },
    verify: async () => tellStaleness(await probe.look(), leastMs),
    async undo(signal) {
      watch.end();
      ownAccountMs ??= await behindBy(url).catch(() => undefined);
      await performMend(undo, signal);
    },
    async verifyUndone() {
      watch.end();
      const [row] = await askPostgres(url, [remains]);
      if (row?.["remains"] !== null) return `${name}: ${row?.["remains"]}`;
      const seen = await probe.lookBack();
      const behind = seen && tellStaleness(seen, leastMs);
      if (behind !== undefined) return `${name} has not caught up: ${behind}`;
      await probe.rest();
      return undefined;
    },
    async account(signal) {
      const behindAfterMs = await mostBehind(probe, ground.clock, signal).catch(() => undefined);
      const { sentence, figures } = accountOfReads(watch.readsMs, leastMs);
      const undisturbed = {
        ...(behindBeforeMs !== undefined && { behindBeforeMs }),
        ...(behindAfterMs !== undefined && { behindAfterMs }),
      };
      if (ownAccountMs === undefined) return { sentence, figures: { ...figures, ...undisturbed } };
      const own = `; at the end ${name} itself said ${Math.round(ownAccountMs)} ms`;
      return {
        sentence: `${sentence}${own}`,
        figures: { ...figures, ...undisturbed, replayBehindMs: ownAccountMs },
      };
    },
  };
}

function probeOf(name: string, { outlook: { members }, target, node, clock }: Ground): StalenessProbe {
  const replica = members.find((member) => member.name === name);
  const part = replica && partOf(replica);
  if (replica?.replicaOf === undefined || part === undefined)
    throw new Error(`${name} is no replica whose lag could be seen`);
  const primary = postgresUrl(node(replica.replicaOf).address);
  return new StalenessProbe({
    heartbeat: new Heartbeat(postgresBeats(primary), clock),
    throughShop: target.entryUrls.map((entryUrl) => readThrough(entryUrl, part)),
    async atReplica() {
      const [row] = await askPostgres(postgresUrl(node(name).address), ["SELECT stamp_ms FROM heartbeats"]);
      return row === undefined ? null : Number(row["stamp_ms"]);
    },
    clock,
  });
}

/** Of several looks, one after the other; undefined when no read was answered. */
async function mostBehind(
  probe: StalenessProbe,
  clock: Clock,
  signal: AbortSignal,
): Promise<number | undefined> {
  const readsMs: number[] = [];
  try {
    for (let looks = 0; looks < LOOKS_AFTER; looks++) {
      if (looks > 0) await sleep(WATCH_EVERY_MS, signal, clock);
      readsMs.push(...(await probe.look()).readsMs);
    }
  } finally {
    await probe.rest();
  }
  return readsMs.length === 0 ? undefined : Math.round(Math.max(...readsMs));
}

/** One that lags by itself would prove nothing. Gives how far behind reads were at most, in milliseconds. */
async function untilFresh(
  probe: StalenessProbe,
  { clock }: Ground,
  {
    name,
    leastMs,
    signal,
  }: { readonly name: string; readonly leastMs: number; readonly signal: AbortSignal },
): Promise<number> {
  const untilMs = clock.nowMs() + FRESH_LIMIT_MS;
  for (;;) {
    const seen = await probe.look();
    const behind = tellStaleness(seen, leastMs);
    if (behind === undefined) return Math.round(Math.max(0, ...seen.readsMs));
    if (clock.nowMs() >= untilMs)
      throw new Error(`${name} is behind before anything was done to it: ${behind}`);
    await sleep(LOOK_EVERY_MS, signal, clock);
  }
}

/** By the replica's own account, which says nothing of whoever reads from it: milliseconds since what it last applied was committed. */
async function behindBy(url: string): Promise<number | undefined> {
  const [row] = await askPostgres(url, [
    "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 * 1000 AS behind",
  ]);
  return row?.["behind"] === null ? undefined : Number(row?.["behind"]);
}

/** Looks again and again while the fault is on, and keeps what it saw. */
class Watch {
  readonly #probe: StalenessProbe;
  readonly #clock: Clock;
  readonly #readsMs: number[] = [];
  #isOn = false;

  constructor(probe: StalenessProbe, clock: Clock) {
    this.#probe = probe;
    this.#clock = clock;
  }

  get readsMs(): readonly number[] {
    return this.#readsMs;
  }

  begin(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    void this.#go();
  }

  end(): void {
    this.#isOn = false;
  }

  async #go(): Promise<void> {
    while (this.#isOn) {
      // One that fails saw nothing; the next one may.
      const seen = await this.#probe.look().catch(() => undefined);
      if (this.#isOn) this.#readsMs.push(...(seen?.readsMs ?? []));
      await sleep(WATCH_EVERY_MS, undefined, this.#clock);
    }
  }
}
