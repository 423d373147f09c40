/** A fault of the network, carried out by the relay on the connections of some edges, or by the kernel where that does it better. */
import { type Clock, sleep } from "../../base/clock.ts";
import { relayLateLimitMs } from "../../metrics/relay-lateness.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Edge, Fault, Ground, Outlook, PlannedFault, PreparedFault } from "../fault.ts";
import { byKernel, type KernelWork } from "../network/by-kernel.ts";
import { sideBySide } from "../network/side-by-side.ts";
import { shareIn } from "../share.ts";
import { type EdgeLook, lookThrough } from "./edge-look.ts";
import { type PastRelay, pastRelay, pastRelayWords } from "./past-relay.ts";
import { type Disturbance, latenessIn, nameOf, type RelayControl, type RelaySeen } from "./relay-control.ts";
import { connectionsAmong, relayProblems } from "./relayable.ts";

export interface RelayFaultKind {
  readonly name: string;
  readonly does: string;
  /** Of the words before the share: `200ms~50ms`. */
  readonly value: { readonly means: string; readonly usual: string };
  readonly isBothWays?: boolean;
  /** What it does to a connection; or what is wrong with the words, as the end of a sentence that begins with them. */
  read(words: string): Disturbance | { readonly problem: string };
  /** In a few words, for the report: `latency`. */
  readonly mechanism: string;
  /** New connections are refused by the system, which cannot do so to some of them only. */
  readonly isForAll?: boolean;
  /**
   * What one exchange through the edge must have been like, beside one before: a few words when it is disturbed. Absent:
   * an exchange of ours would show nothing for sure, and what the relay did to those of others has to do.
   */
  bites?(now: EdgeLook, before: EdgeLook, does: Disturbance): string | undefined;
}

/** How long an exchange is waited for that may never come. */
const SILENCE_MS = 400;
const LOOK_LIMIT_MS = 2_000;
const TRIES_BEFORE = 3;
/** Until a connection that we closed is closed in the relay; where others come and go it cannot be told, and does no harm. */
const GONE_TRIES = 20;
const GONE_EVERY_MS = 5;

export function relayFault(kind: RelayFaultKind): Fault {
  const { name, does, isBothWays = false } = kind;
  const share = kind.isForAll === true ? "" : "; behind a comma the share of the connections, by the seed";
  return {
    ...{ name, does, place: "edge", lasts: "while", undo: "reversible" },
    ...(isBothWays && { isBothWays }),
    value: { means: `${kind.value.means}${share}`, usual: kind.value.usual },
    plan({ edges, value = "" }, outlook) {
      const wanted = wantedOf(kind, value);
      const led = connectionsAmong(edges, outlook);
      const work = kernelWork(wanted, led, outlook);
      const byRelay = `${kind.mechanism} by the relay on ${led.length === 1 ? nameOf(led[0]!) : `${led.length} edges`}`;
      if (work !== undefined && "mechanism" in work) {
        const { mechanism, takes } = work;
        const isNone = led.length === 0;
        return {
          ...{ mechanism, problems: isNone ? ["nobody makes connections there"] : [] },
          ...(takes && { takes }),
          ifLed: { edges: led, mechanism: byRelay },
        };
      }
      const cannot = work === undefined ? "" : ` (the kernel cannot: ${work.cannot})`;
      const problems = relayProblems(edges, outlook);
      return {
        mechanism: `${byRelay}${cannot}`,
        problems: [
          ...("problem" in wanted ? [`"${value}" ${wanted.problem}`] : []),
          ...problems.map((problem) => `${problem}${cannot}`),
        ],
        edges: led,
      };
    },
    prepare(planned, ground) {
      const wanted = wantedOf(kind, planned.value ?? "");
      const work = kernelWork(wanted, connectionsAmong(planned.edges, ground.outlook), ground.outlook);
      if (work === undefined || "cannot" in work) return prepared(kind, planned, ground);
      return preparedInKernel(kind, planned, ground, { work, isWhole: isBothWays && isAround(planned) });
    },
  };
}

const kernelWork = (wanted: ReturnType<typeof wantedOf>, edges: readonly Edge[], outlook: Outlook) =>
  "problem" in wanted ? undefined : byKernel(wanted.does, wanted.share, edges, outlook);

/** Whether all its edges are those of the nodes it names. */
const isAround = ({ nodes, edges }: PlannedFault): boolean =>
  edges.every(({ from, to }) => nodes.some((name) => name === from || name === to)) && nodes.length === 1;

/** An edge that leads through the relay for the sake of another fault comes from there, where the kernel cannot tell it. */
async function preparedInKernel(
  kind: RelayFaultKind,
  planned: PlannedFault,
  ground: Ground,
  { work, isWhole }: { readonly work: KernelWork; readonly isWhole: boolean },
): Promise<PreparedFault> {
  const edges = connectionsAmong(planned.edges, ground.outlook);
  const led = isWhole ? [] : edges.filter((edge) => ground.relay?.leads(edge));
  const direct = edges.filter((edge) => !led.includes(edge));
  const byRelay = led.length === 0 ? [] : [await prepared(kind, { ...planned, edges: led }, ground)];
  if (direct.length === 0 && byRelay[0] !== undefined) return byRelay[0];
  return sideBySide([await work.prepare({ ...planned, edges: direct }, ground, isWhole), ...byRelay]);
}

interface Wanted {
  readonly does: Disturbance;
  readonly share: number;
}

/** `200ms~50ms,10%`: the words of the fault, and the share of the connections when it is not all of them. */
function wantedOf(kind: RelayFaultKind, value: string): Wanted | { readonly problem: string } {
  const [, words = "", last] = /^([^,]*)(?:,(.*))?$/s.exec(value.trim()) ?? [];
  const does = kind.read(words.trim());
  if ("problem" in does) return does;
  if (last === undefined) return { does, share: 1 };
  const share = shareIn(last);
  if (kind.isForAll === true) return { problem: `names a share, and ${kind.name} is for all connections` };
  if (share === undefined)
    return { problem: `has "${last}" where the share of the connections would be; write for example 10%` };
  return { does, share };
}

async function prepared(
  kind: RelayFaultKind,
  { id, value = "", edges }: PlannedFault,
  ground: Ground,
): Promise<PreparedFault> {
  const { relay, outlook } = ground;
  const led = connectionsAmong(edges, outlook);
  if (relay === undefined || !led.every((edge) => relay.leads(edge)))
    throw new Error(`${kind.name} needs all its edges to lead through the relay, and they do not`);
  const wanted = wantedOf(kind, value);
  if ("problem" in wanted) throw new Error(`"${value}" ${wanted.problem}`);
  const eye = new EdgeEye(kind, wanted, { edge: led[0]!, relay, ground });
  await eye.before();
  let past: readonly PastRelay[] = [];
  const put = { id, edges: led, ...wanted, seed: outlook.seed };
  return {
    mends: [{ mend: "relay", socket: relay.socketPath, fault: id }],
    inject: () => relay.put(put),
    async verify() {
      const seen = await relay.seen(id);
      if (seen === undefined || !seen.isOn) return undefined;
      if (!kind.isForAll && seen.connections === 0) return undefined;
      const looked = await eye.look();
      // Where a look of ours would not tell, what was done to others has to: nothing is no effect.
      return looked === "" ? done(seen) || undefined : looked;
    },
    undo() {
      // While it is still on: those that are there now were not disturbed by it.
      if (past.length === 0) past = pastRelay(led, ground);
      return relay.lift(id);
    },
    async verifyUndone() {
      const seen = await relay.seen(id);
      // With the relay its faults are gone; that nobody gets through any more is its death, and told as that.
      if (seen === undefined) return undefined;
      return seen.isOn ? `${id} is still on in the relay` : eye.remains();
    },
    async account() {
      const seen = await relay.seen(id);
      if (seen === undefined)
        return { sentence: "the relay is gone, and with it what it counted", figures: {} };
      const { connections, chunks, bytes, resets, refusedDials } = seen;
      const pastConnections = past.reduce((sum, each) => sum + each.connections, 0);
      return {
        sentence: [told(seen), pastRelayWords(past) ?? []].flat().join("; "),
        figures: {
          ...{ connections, pieces: chunks, bytes, resets, refusedDials, ...latenessIn(seen, wanted.does) },
          ...(pastConnections > 0 && { pastRelayConnections: pastConnections }),
        },
      };
    },
  };
}

/** Looks through one of the edges as somebody from outside. */
class EdgeEye {
  readonly #kind: RelayFaultKind;
  readonly #wanted: Wanted;
  readonly #edge: Edge;
  readonly #relay: RelayControl;
  readonly #callee: NodeHandle | undefined;
  readonly #clock: Clock;
  #before: EdgeLook = { how: "silent" };

  constructor(
    kind: RelayFaultKind,
    wanted: Wanted,
    { edge, relay, ground }: { readonly edge: Edge; readonly relay: RelayControl; readonly ground: Ground },
  ) {
    this.#kind = kind;
    this.#wanted = wanted;
    this.#edge = edge;
    this.#relay = relay;
    this.#clock = ground.clock;
    this.#callee = ground.target.nodes.find(({ name }) => name === edge.to);
  }

  async before(): Promise<void> {
    if (!this.#looks) return;
    const { open } = await this.#relay.links(this.#edge);
    // The best of a few: one that was slow by chance would hide a delay behind it.
    for (let tried = 0; tried < TRIES_BEFORE; tried++) {
      const look = await this.#through(LOOK_LIMIT_MS);
      if (look.how !== "answered") continue;
      if (this.#before.how !== "answered" || look.afterMs < this.#before.afterMs) this.#before = look;
    }
    // The end of our own connection is not to be what the fault is seen by.
    for (let tried = 0; tried < GONE_TRIES; tried++) {
      if ((await this.#relay.links(this.#edge)).open <= open) return;
      await sleep(GONE_EVERY_MS, undefined, this.#clock);
    }
  }

  /** A few words when it is disturbed, empty ones when a look would not tell; undefined when it is not. */
  async look(): Promise<string | undefined> {
    const { bites } = this.#kind;
    if (bites === undefined || !this.#looks || this.#before.how !== "answered") return "";
    const { does } = this.#wanted;
    const slowMs = does.kind === "latency" ? 4 * (does.delayMs + does.jitterMs) : 0;
    return bites(await this.#through(SILENCE_MS + this.#before.afterMs + slowMs), this.#before, does);
  }

  /** What is still in the way, although its callee answers whoever comes another way. */
  async remains(): Promise<string | undefined> {
    if (!this.#looks || this.#before.how !== "answered") return undefined;
    const { how } = await this.#through(LOOK_LIMIT_MS);
    if (how === "answered" || this.#callee === undefined) return undefined;
    const direct = await lookThrough(this.#callee.address, this.#callee.component, LOOK_LIMIT_MS);
    return direct.how === "answered" ? `${nameOf(this.#edge)} is still ${how}` : undefined;
  }

  /** Of a share of the connections ours may be one that is left alone. */
  get #looks(): boolean {
    return this.#kind.bites !== undefined && this.#wanted.share === 1;
  }

  #through(limitMs: number): Promise<EdgeLook> {
    return lookThrough(this.#relay.addressOf(this.#edge), this.#callee?.component, limitMs);
  }
}

/** What it did to connections; empty when that is nothing. */
function done({ connections, chunks, bytes, resets }: RelaySeen): string {
  const many = connections === 1 ? "1 connection" : `${connections} connections`;
  const parts = [
    ...(chunks > 0 ? [`${many}, ${chunks} pieces with ${bytes} bytes had to wait`] : []),
    ...(resets > 0 ? [`${resets} connections were reset`] : []),
  ];
  return parts.join(", ");
}

function told(seen: RelaySeen): string {
  const { refusedDials, loopDelayP99Ms } = seen;
  const parts = [
    done(seen) || [],
    refusedDials > 0 ? `${refusedDials} connections were not taken by their callee` : [],
    loopDelayP99Ms > relayLateLimitMs
      ? `the relay itself was late by ${loopDelayP99Ms.toFixed(1)} ms at the 99th percentile`
      : [],
  ];
  return parts.flat().join(", ");
}
