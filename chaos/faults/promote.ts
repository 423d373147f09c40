/**
 * A primary is lost, and the replica that got furthest is made one in its place. What the lost one had acknowledged and
 * sent to nobody is gone. It is not started again in this run; whoever does so all the same finds it read-only.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../../base/clock.ts";
import { secondsIn } from "../../load/seconds-in.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import { edgesOf } from "../choose.ts";
import { primaries } from "../database/databases.ts";
import { accountOfPrimaries } from "../database/primaries-seen.ts";
import { LOOK_EVERY_MS as LOOKS_EVERY_MS, PrimariesWatch } from "../database/primaries-watch.ts";
import type { Edge, Fault, Ground, Outlook, PlannedFault } from "../fault.ts";
import { isListening } from "../listening.ts";
import type { RelayControl } from "../relay/relay-control.ts";
import { askPostgres, postgresUrl } from "../stores/postgres.ts";
import { untilDue } from "../until-due.ts";

const LONGEST_S = 30;
/** A replica that replays what it has received needs well under a second; under a CPU budget longer. */
const PROMOTE_LIMIT_S = 30;
const LOOK_EVERY_MS = 20;

export const promote: Fault = {
  name: "promote",
  does:
    "ends a database that is written to at once; the replica that got furthest takes its place, for all callers, " +
    "and keeps it to the end of the run",
  place: "node",
  only: primaries,
  value: { means: "how long before the end its replicas stop to hear of writes", usual: "0s" },
  lasts: "once",
  undo: "compensable",
  plan(planned, outlook) {
    const {
      nodes: [name = ""],
      value = "",
    } = planned;
    const lostS = secondsIn(value);
    const problems: string[] = [];
    if (lostS === undefined || lostS > LONGEST_S)
      problems.push(`"${value}" is not a time up to ${LONGEST_S} s; write for example promote=1s`);
    if (replicasOf(name, outlook).length === 0)
      problems.push(`${name} has no replica that could take its place`);
    if (outlook.network !== "loopback")
      problems.push("callers are led to the new primary by the relay, which needs --network loopback");
    return {
      mechanism: "SIGKILL to the primary, pg_promote, and its callers led to the new one by the relay",
      problems,
      edges: callersOf(name, outlook),
      takes: [`state of ${name}`, ...replicasOf(name, outlook).map((each) => `replay of ${each}`)],
      until: "end",
    };
  },
  leadS: ({ value = "" }) => secondsIn(value) ?? 0,
  async prepare(planned, ground) {
    const {
      nodes: [name = ""],
      value = "",
    } = planned;
    const { outlook, node, relay, clock } = ground;
    const [victim, followers] = [node(name), replicasOf(name, outlook)];
    const isHeld = (secondsIn(value) ?? 0) > 0;
    const callers = callersOf(name, outlook);
    if (relay === undefined || !callers.every((edge) => relay.leads(edge)))
      throw new Error(`not everybody who calls ${name} does so through the relay`);
    const addresses = new Map([name, ...followers].map((each) => [each, node(each).address]));
    const watch = new PrimariesWatch(addresses, clock);
    const failover = new Failover({ planned, ground, relay, victim, followers, callers });
    const writable = async () => {
      const found = await watch.look();
      return found.length === 1 && found[0] === failover.promoted ? undefined : found;
    };
    return {
      // What is held back can be let go. For the rest whoever clears up after us takes the whole target down: there is
      // nothing to go back to.
      mends: isHeld ? [{ mend: "relay", socket: relay.socketPath, fault: planned.id }] : [],
      async inject(signal) {
        watch.begin();
        // Who breaks off does not come back to end it.
        signal.addEventListener("abort", () => void watch.end(), { once: true });
        if (isHeld) await failover.cutOff();
        await untilDue(ground, signal);
        await failover.crash();
        failover.begin();
      },
      async verify() {
        if (await isListening(victim.address)) return undefined;
        return `nobody listens on ${victim.address} any more`;
      },
      undo: () => failover.end(),
      async verifyUndone() {
        if (!failover.isLost) {
          const seen = await relay.seen(planned.id);
          if (seen?.isOn === true) return `the replicas of ${name} still hear of no writes`;
          return failover.wasStruck && !victim.isRunning
            ? `${name} is down, and nobody has taken its place`
            : undefined;
        }
        const found = await writable();
        if (found !== undefined)
          return found.length === 0
            ? `nobody takes writes in place of ${name}`
            : `${found.join(" and ")} take writes`;
        const astray = await failover.astray();
        if (astray !== undefined) return astray;
        await watch.end();
        return undefined;
      },
      async account() {
        const { sentence, figures } = accountOfPrimaries(watch.looks);
        const looked = `(it was looked every ${LOOKS_EVERY_MS} ms)`;
        const unsent = failover.unsentBytes;
        return {
          sentence: `${failover.promoted} took its place; ${sentence} ${looked}; ${
            unsent === 0
              ? "it had all of the log that was seen"
              : `at least ${unsent} bytes of the log had reached no replica`
          }`,
          figures: { ...figures, unsentBytes: unsent },
        };
      },
      close: () => watch.end(),
    };
  },
};

const replicasOf = (name: string, { members }: Outlook): readonly string[] =>
  members.filter(({ replicaOf }) => replicaOf === name).map((member) => member.name);

const callersOf = (name: string, { members, spec }: Outlook): readonly Edge[] =>
  spec === undefined ? [] : edgesOf(members, spec).filter(({ to }) => to === name);

interface FailoverParts {
  readonly planned: PlannedFault;
  readonly ground: Ground;
  readonly relay: RelayControl;
  readonly victim: NodeHandle;
  readonly followers: readonly string[];
  readonly callers: readonly Edge[];
}

/** What somebody does who watches over a database: once, in this order. */
class Failover {
  readonly #parts: FailoverParts;
  #promoted: string | undefined;
  #lastLsn = 0;
  #promotedLsn = 0;
  #going: Promise<void> | undefined;
  #wasStruck = false;
  #isLost = false;

  constructor(parts: FailoverParts) {
    this.#parts = parts;
  }

  /** Who took the place; undefined until somebody has. */
  get promoted(): string | undefined {
    return this.#promoted;
  }

  /** Whether the primary was ended by us: there is a way forward only. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Whether we tried to end the primary: who did not see it end may have ended it all the same. */
  get wasStruck(): boolean {
    return this.#wasStruck;
  }

  /** What the lost one had written, when it was asked last, and the new one has not received. */
  get unsentBytes(): number {
    return Math.max(0, this.#lastLsn - this.#promotedLsn);
  }

  /** From here on no replica hears of writes; who waits for them is not told that it will not. */
  async cutOff(): Promise<void> {
    const { relay, planned, ground, callers, followers } = this.#parts;
    await relay.put({
      id: planned.id,
      edges: callers.filter(({ from }) => followers.includes(from)),
      does: { kind: "hold", way: "both", heal: "reset" },
      share: 1,
      seed: ground.outlook.seed,
    });
  }

  /** @throws when it is down already: whoever ended it may start it again, and then there would be two */
  async crash(): Promise<void> {
    const { victim } = this.#parts;
    if (this.#isLost) return;
    if (!victim.isRunning) throw new Error(`${victim.name} was down already`);
    this.#lastLsn = await positionOf(victim.address, "pg_current_wal_lsn()");
    const grip = victim.grip();
    this.#wasStruck = true;
    // One that could not be ended is no reason to make another one beside it.
    await victim.kill();
    this.#isLost = true;
    // Whoever starts it again has a standby that follows nobody, and not a second primary.
    await writeFile(join(grip.dataFolder, "standby.signal"), "");
  }

  begin(): void {
    this.#going ??= this.#go();
    this.#going.catch(() => {}); // Told to whoever waits for it.
  }

  /** Whatever became of it nothing is held back any more; a primary that is lost gets somebody in its place. */
  async end(): Promise<void> {
    const { relay, planned } = this.#parts;
    try {
      if (this.#isLost) this.begin();
      await this.#going;
    } finally {
      await relay.lift(planned.id);
    }
  }

  /** A caller who is still led to the lost one, by what answers at his door. */
  async astray(): Promise<string | undefined> {
    const { relay, ground } = this.#parts;
    const port = new URL(`tcp://${ground.node(this.#promoted!).address}`).port;
    for (const edge of this.#led()) {
      const [row] = await askPostgres(postgresUrl(relay.addressOf(edge)), [
        "SELECT inet_server_port() AS port",
      ]);
      if (String(row?.["port"]) !== port) return `${edge.from} is not led to ${this.#promoted}`;
    }
    return undefined;
  }

  async #go(): Promise<void> {
    const { relay, planned, ground, followers } = this.#parts;
    const received = await Promise.all(
      followers.map(async (name) => {
        const at = await positionOf(ground.node(name).address, "pg_last_wal_receive_lsn()").catch(
          () => undefined,
        );
        return at === undefined ? [] : [{ name, at }];
      }),
    );
    const [furthest] = received.flat().toSorted((a, b) => b.at - a.at);
    if (furthest === undefined) throw new Error("no replica is left that could take its place");
    const { address } = ground.node(furthest.name);
    await this.#promote(furthest.name);
    this.#promoted = furthest.name;
    this.#promotedLsn = furthest.at;
    await Promise.all(this.#led().map((edge) => relay.redirect(edge, address)));
    await relay.lift(planned.id);
  }

  async #promote(name: string): Promise<void> {
    const { node, clock } = this.#parts.ground;
    const url = postgresUrl(node(name).address);
    const untilMs = clock.nowMs() + PROMOTE_LIMIT_S * 1_000;
    await askPostgres(url, ["SELECT pg_promote(false)"]);
    for (;;) {
      const [row] = await askPostgres(url, ["SELECT pg_is_in_recovery() AS is_replica"]);
      if (row?.["is_replica"] === false) return;
      if (clock.nowMs() >= untilMs) throw new Error(`${name} was not promoted within ${PROMOTE_LIMIT_S} s`);
      await sleep(LOOK_EVERY_MS, undefined, clock);
    }
  }

  /** Everybody but the new primary itself, which follows nobody any more. */
  #led(): readonly Edge[] {
    return this.#parts.callers.filter(({ from }) => from !== this.#promoted);
  }
}

/** Bytes of the log up to there. */
async function positionOf(address: string, lsn: string): Promise<number> {
  const [row] = await askPostgres(postgresUrl(address), [`SELECT (${lsn} - '0/0')::float8 AS at`]);
  return Number(row?.["at"]);
}
