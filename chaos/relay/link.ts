/** One connection through the relay: a caller, a callee, and a flow each way between them. */
import { connect, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { fork } from "../../base/random.ts";
import { hashOf } from "./cohort.ts";
import type { FaultTrace } from "./fault-trace.ts";
import { Flow } from "./flow.ts";
import { OpenRequest } from "./open-request.ts";
import { noEffects, type WayEffects } from "./way-effects.ts";

/** What is done to one connection. */
export interface LinkEffects {
  readonly up: WayEffects;
  readonly down: WayEffects;
  /** It is taken and not connected to its callee as long as there is one. */
  readonly unserved: readonly FaultTrace[];
  /** It is reset when it comes. */
  readonly resetOnAccept: FaultTrace | undefined;
}

export const untouched: LinkEffects = {
  ...{ up: noEffects, down: noEffects },
  ...{ unserved: [], resetOnAccept: undefined },
};

export interface LinkParts {
  /** Counted over the whole relay. */
  readonly number: number;
  /** `shop-1>db#17`: the same in every run that brings connections in the same order. */
  readonly name: string;
  /** As it was accepted: paused. */
  readonly caller: Socket;
  readonly clock: Clock;
  upstream(): { readonly host: string; readonly port: number };
  /** The callee could not be reached. */
  onDialFailed(code: string): void;
  /** The callee has said nothing yet, neither yes nor no. */
  onDialSlow(): void;
  onClosed(link: Link): void;
}

/** A callee on the same machine answers at once or is gone; what takes longer than this has no place to queue. */
const DIAL_LIMIT_MS = 10_000;
const DIAL_SLOW_MS = 1_000;
/**
 * From the last bytes to the reset behind them. A program on libuv (Node is one) that is told of both at once takes the
 * reset for an ordinary end: uv__stream_io, a short read and POLLHUP.
 */
const RESET_BEHIND_MS = 20;

export class Link {
  readonly number: number;
  readonly name: string;
  readonly #parts: LinkParts;
  readonly #caller: Socket;
  readonly #up: Flow;
  readonly #down: Flow;
  #callee: Socket | undefined;
  readonly #request = new OpenRequest();
  #isClosed = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.number = parts.number;
    this.name = parts.name;
    this.#caller = parts.caller;
    const { number: connection, clock } = parts;
    const random = (way: string) => fork(hashOf(parts.name), hashOf(way));
    this.#up = new Flow({
      ...{ connection, clock, random: random("up") },
      source: this.#caller,
      sink: {
        write: (chunk) => this.#isWritable(this.#callee) && this.#callee.write(chunk),
        end: () => void this.#callee?.end(),
        reset: () => this.#breakOff(),
      },
      passed: (chunk) => this.#request.goes(chunk),
      awaitsAnswer: () => false,
      cut: (trace, isMidway) => this.#cut(trace, isMidway),
    });
    this.#down = new Flow({
      ...{ connection, clock, random: random("down") },
      source: { pause: () => this.#callee?.pause(), resume: () => this.#callee?.resume() },
      sink: {
        write: (chunk) => this.#isWritable(this.#caller) && this.#caller.write(chunk),
        end: () => void this.#caller.end(),
        reset: () => this.#breakOff(),
      },
      passed: () => this.#request.isAnswered(),
      awaitsAnswer: (asked) => this.#request.awaits(asked),
      cut: (trace, isMidway) => this.#cut(trace, isMidway),
    });
  }

  /** Serves it, as far as it is let. */
  start(effects: LinkEffects): void {
    const { resetOnAccept, unserved } = effects;
    const nowMs = this.#parts.clock.nowMs();
    this.#listen(this.#caller, this.#up, this.#down);
    if (resetOnAccept !== undefined) {
      this.reset(resetOnAccept);
      return;
    }
    for (const trace of unserved) trace.waited(this.number, 0, nowMs);
    this.change(effects);
  }

  /** Other faults are on now. */
  change(effects: LinkEffects): void {
    if (this.#isClosed) return;
    this.#request.keepWords(effects.down.cuts.some(({ asked }) => asked !== undefined));
    this.#up.change(effects.up);
    this.#down.change(effects.down);
    if (this.#callee === undefined && effects.unserved.length === 0) this.#dial();
  }

  /** Both sides are told by RST, which also reaches those that are waiting in silence. */
  reset(trace?: FaultTrace): void {
    if (this.#isClosed) return;
    trace?.reset(this.number, this.#parts.clock.nowMs());
    this.#breakOff();
  }

  #cut(trace: FaultTrace, isMidway: boolean): void {
    trace.reset(this.number, this.#parts.clock.nowMs());
    this.#up.close();
    this.#down.close();
    const { clock } = this.#parts;
    // And not before the loop has looked for input: a reader in our own process has then had its turn as well.
    if (isMidway) clock.after(RESET_BEHIND_MS, () => clock.soon(() => this.#breakOff()));
    else this.#breakOff();
  }

  #dial(): void {
    const callee = connect({ ...this.#parts.upstream(), allowHalfOpen: true, noDelay: true });
    this.#callee = callee;
    const cancelLimit = this.#parts.clock.after(DIAL_LIMIT_MS, () => {
      this.#parts.onDialFailed("ETIMEDOUT");
      this.#breakOff();
    });
    const cancelDoubt = this.#parts.clock.after(DIAL_SLOW_MS, () => this.#parts.onDialSlow());
    let isConnected = false;
    callee.once("close", () => {
      cancelLimit();
      cancelDoubt();
    });
    callee.once("error", (error: NodeJS.ErrnoException) => {
      if (!isConnected && !this.#isClosed) this.#parts.onDialFailed(error.code ?? "");
    });
    this.#listen(callee, this.#down, this.#up);
    callee.once("connect", () => {
      isConnected = true;
      cancelLimit();
      cancelDoubt();
      this.#caller.resume();
    });
  }

  /** `own` is the flow that it feeds, `other` the one that it takes from. */
  #listen(socket: Socket, own: Flow, other: Flow): void {
    socket.on("data", (chunk: Buffer) => own.take(chunk));
    // Listening for data makes it flow; the caller waits until its callee is there.
    if (socket === this.#caller) socket.pause();
    socket.on("end", () => own.takeEnd());
    socket.on("drain", () => other.drained());
    socket.on("error", () => own.takeReset());
    socket.on("close", () => {
      if (this.#caller.destroyed && (this.#callee?.destroyed ?? true)) this.#close();
    });
  }

  #isWritable(socket: Socket | undefined): socket is Socket {
    return socket?.writable === true;
  }

  #breakOff(): void {
    if (this.#isClosed) return;
    this.#up.close();
    this.#down.close();
    this.#isClosed = true;
    this.#caller.resetAndDestroy();
    this.#callee?.resetAndDestroy();
    this.#parts.onClosed(this);
  }

  #close(): void {
    if (this.#isClosed) return;
    // What waits in an unserved connection has nobody to go to.
    this.#up.close();
    this.#down.close();
    this.#isClosed = true;
    this.#parts.onClosed(this);
  }
}
