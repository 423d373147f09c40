/** One way through one connection: what comes in waits its time, and goes out unchanged, all of it, in order. */
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { FaultTrace } from "./fault-trace.ts";
import { lossDelayMs, lossTryMs } from "./loss.ts";
import { capOf, noEffects, type WayEffects } from "./way-effects.ts";

export interface FlowParts {
  readonly connection: number;
  readonly clock: Clock;
  /** Decides jitter and losses. */
  readonly random: Random;
  readonly source: { pause(): void; resume(): void };
  readonly sink: {
    /** False when it would rather have no more until it says so by `drained`. */
    write(chunk: Buffer): boolean;
    end(): void;
    /** The other side broke off: so is this one. */
    reset(): void;
  };
  /** This went out. */
  passed(chunk: Buffer): void;
  /** Whether a request went out, with these words in it where some are asked for, and nothing came back since. */
  awaitsAnswer(asked?: string): boolean;
  /** This fault ends the connection now, in the middle of something or before it. */
  cut(trace: FaultTrace, isMidway: boolean): void;
}

/** Why something waits: told apart by fault, so that one that is lifted takes its own part along and no other. */
interface Wait {
  readonly fromMs: number;
  /** One after the other. */
  readonly delays: readonly WaitPart[];
  /** At least so long each, whatever else it waits for. */
  readonly ends: readonly WaitPart[];
}

interface WaitPart {
  readonly trace: FaultTrace;
  readonly ms: number;
  /** Of a loss: what one try took, which is longer the longer an exchange takes. */
  readonly tryMs?: number;
}

type Entry = { wait: Wait; dueMs: number } & (
  | { readonly kind: "data"; chunk: Buffer }
  | { readonly kind: "end" | "reset" }
);

export class Flow {
  readonly #parts: FlowParts;
  #effects = noEffects;
  #capBytes = capOf(noEffects);
  #queue: Entry[] = [];
  #queuedBytes = 0;
  #lastDueMs = 0;
  #isSinkFull = false;
  #isSourcePaused = false;
  #isOver = false;
  /** The slice at the head that is paid for, and when it may go. */
  #slice: { readonly bytes: number; readonly atMs: number } | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Bytes passed since there is something to cut, by fault. */
  readonly #passedBytes = new Map<FaultTrace, number>();

  constructor(parts: FlowParts) {
    this.#parts = parts;
  }

  /** Other faults are on now, or none. Never blocks: what must wait no longer goes at once. */
  change(effects: WayEffects): void {
    if (this.#isOver) return;
    this.#effects = effects;
    this.#capBytes = capOf(effects);
    this.#slice = undefined;
    this.#lastDueMs = 0;
    for (const entry of this.#queue) {
      entry.wait = waitUnder(effects, entry.wait);
      entry.dueMs = this.#dueMs(entry.wait);
    }
    // What came before this one was put waits because of it as well.
    const nowMs = this.#parts.clock.nowMs();
    if (this.#queuedBytes > 0)
      for (const trace of effects.holds) trace.waited(this.#parts.connection, 0, nowMs);
    this.#pump();
  }

  take(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#effects.isNone && this.#queue.length === 0 && !this.#isSinkFull) {
      this.#write(chunk);
      if (this.#isSinkFull) this.#settleSource();
      return;
    }
    const wait = this.#wait(chunk.length);
    this.#queue.push({ kind: "data", chunk, wait, dueMs: this.#dueMs(wait) });
    this.#queuedBytes += chunk.length;
    this.#pump();
  }

  /** The source says that nothing more will come. */
  takeEnd(): void {
    if (this.#isOver) return;
    const { connection, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const ends = this.#effects.lateEnds.map(({ delayMs, trace }) => {
      trace.waited(connection, 0, nowMs);
      return { trace, ms: delayMs };
    });
    const wait = { ...this.#wait(0), ends };
    this.#queue.push({ kind: "end", wait, dueMs: this.#dueMs(wait) });
    this.#pump();
  }

  /** The source broke off; what came before goes first. */
  takeReset(): void {
    if (this.#isOver) return;
    const wait = this.#wait(0);
    this.#queue.push({ kind: "reset", wait, dueMs: this.#dueMs(wait) });
    this.#pump();
  }

  /** The sink takes more again. */
  drained(): void {
    this.#isSinkFull = false;
    this.#pump();
  }

  /** Nothing will pass any more, and what waits is given up: there is nobody to pass it to. */
  close(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  /** Why what comes now has to wait: each fault for itself. */
  #wait(bytes: number): Wait {
    const { connection, clock, random } = this.#parts;
    const { latencies, losses, holds, rttMs } = this.#effects;
    const nowMs = clock.nowMs();
    const delays: WaitPart[] = [];
    for (const { delayMs, jitterMs, trace } of latencies) {
      delays.push({ trace, ms: Math.max(0, delayMs + jitterMs * random.between(-1, 1)) });
      trace.waited(connection, bytes, nowMs);
    }
    for (const { ratio, trace } of losses) {
      const lostMs = lossDelayMs(bytes, ratio, rttMs, random);
      if (lostMs === 0) continue;
      trace.waited(connection, bytes, nowMs);
      delays.push({ trace, ms: lostMs, tryMs: lossTryMs(rttMs) });
    }
    for (const trace of holds) trace.waited(connection, bytes, nowMs);
    return { fromMs: nowMs, delays, ends: [] };
  }

  /** When it may go: never before what came earlier. */
  #dueMs({ fromMs, delays, ends }: Wait): number {
    const waitMs = Math.max(
      delays.reduce((sum, { ms }) => sum + ms, 0),
      ...ends.map(({ ms }) => ms),
    );
    this.#lastDueMs = Math.max(this.#lastDueMs, waitMs === 0 ? 0 : fromMs + waitMs);
    return this.#lastDueMs;
  }

  #pump(): void {
    const { clock, sink } = this.#parts;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (!this.#isOver && this.#effects.holds.length === 0) {
      const head = this.#queue[0];
      if (head === undefined) break;
      const inMs = head.dueMs - clock.nowMs();
      if (inMs > 0) {
        this.#later(inMs);
        break;
      }
      if (head.kind === "data") {
        if (this.#isSinkFull || !this.#pass(head)) break;
        continue;
      }
      this.#queue.shift();
      if (head.kind === "end") sink.end();
      else sink.reset();
    }
    this.#settleSource();
  }

  /** As much of the head as may go now; false when the rest has to wait. */
  #pass(head: Extract<Entry, { kind: "data" }>): boolean {
    const { clock, connection } = this.#parts;
    const { buckets } = this.#effects;
    if (buckets.length > 0 && this.#slice === undefined) {
      const nowMs = clock.nowMs();
      const bytes = Math.min(head.chunk.length, ...buckets.map(({ bucket }) => bucket.sliceBytes));
      const atMs = Math.max(...buckets.map(({ bucket }) => bucket.reserve(bytes, nowMs)));
      if (atMs > nowMs) for (const { trace } of buckets) trace.waited(connection, bytes, nowMs);
      this.#slice = { bytes, atMs };
    }
    const { bytes, atMs } = this.#slice ?? { bytes: head.chunk.length, atMs: 0 };
    const inMs = atMs - clock.nowMs();
    if (inMs > 0) {
      this.#later(inMs);
      return false;
    }
    this.#slice = undefined;
    this.#queuedBytes -= bytes;
    const goes = bytes === head.chunk.length ? head.chunk : head.chunk.subarray(0, bytes);
    if (bytes === head.chunk.length) this.#queue.shift();
    else head.chunk = head.chunk.subarray(bytes);
    this.#write(goes);
    return true;
  }

  #write(chunk: Buffer): void {
    const { sink, passed } = this.#parts;
    const cut = this.#effects.cuts.length === 0 ? undefined : this.#cutIn(chunk.length);
    if (cut === undefined) {
      this.#isSinkFull = !sink.write(chunk);
      passed(chunk);
      return;
    }
    if (cut.atByte > 0) sink.write(chunk.subarray(0, cut.atByte));
    this.#parts.cut(cut.trace, cut.atByte > 0);
  }

  /** The fault that ends the connection within the next so many bytes, and after how many of them. */
  #cutIn(bytes: number): { readonly trace: FaultTrace; readonly atByte: number } | undefined {
    for (const { when, afterBytes, asked, trace } of this.#effects.cuts) {
      if (when === "answer") {
        if (this.#parts.awaitsAnswer(asked)) return { trace, atByte: 0 };
        continue;
      }
      const before = this.#passedBytes.get(trace) ?? 0;
      if (before + bytes > afterBytes) return { trace, atByte: afterBytes - before };
      this.#passedBytes.set(trace, before + bytes);
    }
    return undefined;
  }

  #later(inMs: number): void {
    // A timer that rings a fraction too early would only be set again.
    this.#cancelTimer = this.#parts.clock.after(Math.ceil(inMs), () => this.#pump());
  }

  /** Lets the source go on, or not: as long as too much waits already, or the sink takes nothing. */
  #settleSource(): void {
    if (this.#isOver) return;
    const limit = this.#isSourcePaused ? this.#capBytes / 2 : this.#capBytes;
    const mustPause = this.#queuedBytes >= limit || (this.#isSinkFull && this.#queue.length === 0);
    if (mustPause === this.#isSourcePaused) return;
    this.#isSourcePaused = mustPause;
    if (mustPause) this.#parts.source.pause();
    else this.#parts.source.resume();
  }
}

/** What is left of a wait when other faults are on: none of one that was lifted, and no more than one that is milder now. Pure. */
function waitUnder(effects: WayEffects, { fromMs, delays, ends }: Wait): Wait {
  const { latencies, losses, lateEnds, rttMs } = effects;
  const most = new Map<FaultTrace, number>();
  for (const { delayMs, jitterMs, trace } of latencies) most.set(trace, delayMs + jitterMs);
  for (const { trace } of losses) most.set(trace, Number.POSITIVE_INFINITY);
  for (const { delayMs, trace } of lateEnds) most.set(trace, delayMs);
  const left = (parts: readonly WaitPart[]) =>
    parts
      .map((part) => milder(part, rttMs))
      .map((part) => ({ ...part, ms: Math.min(part.ms, most.get(part.trace) ?? 0) }))
      .filter(({ ms }) => ms > 0);
  return { fromMs, delays: left(delays), ends: left(ends) };
}

/** A loss whose tries took so long because of a delay that is gone. */
function milder(part: WaitPart, rttMs: number): WaitPart {
  const { ms, tryMs } = part;
  if (tryMs === undefined || lossTryMs(rttMs) >= tryMs) return part;
  return { ...part, ms: (ms / tryMs) * lossTryMs(rttMs), tryMs: lossTryMs(rttMs) };
}
