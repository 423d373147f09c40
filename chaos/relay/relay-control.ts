/** What is said to the relay, and how: one JSON document a line over a socket of the file system, one answer to each. */
import { createConnection } from "node:net";
import { z } from "zod";
import type { Edge } from "../fault.ts";

/** The relay as the faults of a run see it. */
export interface RelayControl {
  /** Where it listens for orders, for mends that outlive us. */
  readonly socketPath: string;
  /** Whether that edge leads through it. */
  leads(edge: Edge): boolean;
  /**
   * Where the caller of an edge finds its callee: the relay's own address, host:port.
   * @throws {Error} when that edge does not lead through it
   */
  addressOf(edge: Edge): string;
  /**
   * Puts a fault on its edges, or puts it differently. Kept up until it is lifted, and gone by itself soon after we are.
   * @throws when the relay refuses, or is gone
   */
  put(fault: WantedFault): Promise<void>;
  /** Takes it off; nothing when it is not there, or the relay is gone. */
  lift(fault: string): Promise<void>;
  /** What it did so far; undefined when the relay knows nothing of it, or is gone. */
  seen(fault: string): Promise<RelaySeen | undefined>;
  /**
   * From now on connections of this edge lead to `upstream` (host:port), undefined for where they led at first. Those
   * that are there stay where they are.
   * @throws {Error} when that edge does not lead through it
   */
  redirect(edge: Edge, upstream: string | undefined): Promise<void>;
  /**
   * How many connections of this edge there are, and have been since the start.
   * @throws {Error} when that edge does not lead through it
   */
  links(edge: Edge): Promise<LinkCount>;
}

export interface LinkCount {
  readonly open: number;
  readonly ever: number;
}

const edgeShape = z.object({ from: z.string(), to: z.string() }).readonly();
/** `up` is towards the callee, `down` towards the caller. */
const directionShape = z.enum(["up", "down", "both"]);

const disturbanceShape = z.discriminatedUnion("kind", [
  /** Everything is that much later, in each of the ways named; jitter is uniform around it, and nothing overtakes. */
  z.object({
    kind: z.literal("latency"),
    delayMs: z.number().min(0),
    jitterMs: z.number().min(0),
    way: directionShape,
  }),
  z.object({
    kind: z.literal("bandwidth"),
    bytesPerS: z.number().min(1),
    way: directionShape,
    /** Who shares it: everything through these edges, or each connection for itself. Each way has it whole. */
    of: z.enum(["edges", "connection"]),
  }),
  /** What TCP makes of lost segments: waiting, never missing bytes. */
  z.object({ kind: z.literal("loss"), ratio: z.number().min(0).max(1), way: directionShape }),
  /** Nothing passes, nor any end: held until it is lifted, and then passed on, or the connections are reset. */
  z.object({ kind: z.literal("hold"), way: directionShape, heal: z.enum(["resume", "reset"]) }),
  z.object({
    kind: z.literal("reset"),
    /** `answer`: the request is delivered, its answer is not, and the connection is reset. */
    when: z.enum(["now", "accept", "bytes", "answer"]),
    /** For `bytes`: after so many towards the caller. */
    afterBytes: z.number().int().min(0).optional(),
    /** For `answer`: only of requests in which these words stand. */
    asked: z.string().min(1).optional(),
  }),
  /** New connections are taken and never served; those that are there stand still as well, or live on. */
  z.object({ kind: z.literal("hang"), established: z.enum(["hold", "keep"]) }),
  /** New connections are refused, all of them; those that are there are reset, or live on. */
  z.object({ kind: z.literal("refuse"), established: z.enum(["reset", "keep"]) }),
  /** The end of a connection is passed on late. */
  z.object({ kind: z.literal("slow-close"), delayMs: z.number().min(0) }),
]);

const faultShape = z.object({
  id: z.string(),
  edges: z.array(edgeShape).readonly(),
  does: disturbanceShape,
  /** Share of the connections that are disturbed, above 0 to 1, the same ones for as long as they live. */
  share: z.number().gt(0).max(1),
  /** Decides which they are. */
  seed: z.number(),
  /** It is gone by itself after so long, unless it is renewed. */
  leaseMs: z.number().min(1),
});

export type Direction = z.infer<typeof directionShape>;
export type Disturbance = z.infer<typeof disturbanceShape>;
export type RelayFault = z.infer<typeof faultShape>;
export type WantedFault = Omit<RelayFault, "leaseMs">;

export interface RelaySeen {
  /** Whether it is on. */
  readonly isOn: boolean;
  /** Connections it was applied to. */
  readonly connections: number;
  /** Pieces that had to wait because of it, or never came. */
  readonly chunks: number;
  readonly bytes: number;
  readonly resets: number;
  /** Connections that it could not lead on while it was on, for the callee did not take them. */
  readonly refusedDials: number;
  /** Milliseconds since it was put; absent: nothing yet. */
  readonly firstEffectMs?: number;
  readonly lastEffectMs?: number;
  /**
   * Delay of the relay's own event loop while it was on, 99th percentile: what a fault does by timing is doubtful above
   * `relayLateLimitMs`. It is looked every 10 ms; of fewer than 200 looks it is the third latest, of fewer than three 0.
   */
  readonly loopDelayP99Ms: number;
}

/** Faults that are nothing but when bytes come: a late relay does the same. One that lets nothing pass it can only be late for. */
const timed: readonly Disturbance["kind"][] = ["latency", "bandwidth", "loss", "slow-close"];

/** The figure by which `fault-effect` knows that the relay itself was late, of faults with which that can be mixed up. */
export const latenessIn = (
  seen: Pick<RelaySeen, "loopDelayP99Ms"> | undefined,
  { kind }: Pick<Disturbance, "kind">,
): Readonly<Record<string, number>> =>
  seen !== undefined && timed.includes(kind) ? { relayLateP99Ms: seen.loopDelayP99Ms } : {};

export const askShape = z.discriminatedUnion("ask", [
  /** Listen for this edge on `host`, on a port of the relay's choice. */
  z.object({ ask: z.literal("open"), edge: edgeShape, upstream: z.string(), host: z.string() }),
  z.object({ ask: z.literal("redirect"), edge: edgeShape, upstream: z.string().optional() }),
  z.object({ ask: z.literal("put"), fault: faultShape }),
  /** Another lease for one that is on; one that was lifted meanwhile stays off. */
  z.object({ ask: z.literal("renew"), fault: z.string() }),
  z.object({ ask: z.literal("lift"), fault: z.string() }),
  z.object({ ask: z.literal("seen"), fault: z.string() }),
  z.object({ ask: z.literal("links"), edge: edgeShape }),
]);

export type RelayAsk = z.infer<typeof askShape>;

export type RelayAnswer =
  | { readonly ok: true; readonly address?: string; readonly seen?: RelaySeen; readonly links?: LinkCount }
  | { readonly ok: false; readonly because: string };

const ASK_LIMIT_MS = 2_000;

/**
 * Asks once, on a connection of its own.
 * @throws when nobody listens there, or the relay refuses
 */
export function askRelay(
  socketPath: string,
  ask: RelayAsk,
  signal?: AbortSignal,
): Promise<Extract<RelayAnswer, { ok: true }>> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath });
    const limit = AbortSignal.any([AbortSignal.timeout(ASK_LIMIT_MS), ...(signal ? [signal] : [])]);
    const onLimit = () => socket.destroy(new Error(`the relay did not answer: ${limit.reason}`));
    limit.addEventListener("abort", onLimit, { once: true });
    let said = "";
    socket.setEncoding("utf8");
    socket.once("connect", () => socket.write(`${JSON.stringify(ask)}\n`));
    socket.on("data", (text: string) => {
      said += text;
      const end = said.indexOf("\n");
      if (end < 0) return;
      socket.destroy();
      const answer = JSON.parse(said.slice(0, end)) as RelayAnswer;
      if (answer.ok) resolve(answer);
      else reject(new Error(answer.because));
    });
    socket.once("error", reject);
    socket.once("close", () => {
      limit.removeEventListener("abort", onLimit);
      reject(new Error("the relay closed the connection without an answer"));
    });
  });
}

/** Whether a question failed because there is no relay any more. */
export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNREFUSED" || code === "ENOENT";
}

export const nameOf = ({ from, to }: Edge): string => `${from}>${to}`;
