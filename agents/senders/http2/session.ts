/** A place for one session to one origin: opened when needed, opened again when it ended, and the calls on it. */
import type { Clock } from "../../../base/clock.ts";
import type { TlsTrust } from "../wire/opening.ts";
import type { Call, CallOwner } from "./call.ts";
import { Link, type LinkAddress, type LinkOwner } from "./link.ts";

/**
 * An idle session is not used again after this long. Below nginx's default keepalive_timeout of 75 s, so that the
 * server rarely closes just as we send.
 */
const keepAliveMs = 60_000;

/**
 * After this long a server may well have hung up, and after a stall of ours its word may lie unread in the kernel.
 * Requests on sessions that were heard of more recently are not held up by asking.
 */
const restedLongMs = 500;

/** Stream ids are odd and end at 2^31 - 1 (RFC 9113, 5.1.1). Half-way there, the session is made anew. */
const streamsPerLink = 2 ** 29;

/** Who keeps the books of sessions. */
export interface SessionOwner {
  readonly clock: Clock;
  readonly isClosed: boolean;
  readonly trust: TlsTrust;
  readonly maxStreamsPerSession: number;
  /** For opening a session, and for the answer to a ping. */
  readonly connectTimeoutMs: number;
  onFired(call: Call, atMs: number): void;
  onOver(call: Call, wasFired: boolean): void;
  /** There is room on it. */
  onFree(session: Session): void;
  onBreak(reason: string): void;
}

export class Session implements CallOwner, LinkOwner {
  readonly address: LinkAddress;
  readonly #owner: SessionOwner;
  /** The one that new streams are begun on. */
  #link: Link | undefined = undefined;
  /** That, and older ones whose last streams are still under way. */
  readonly #links = new Set<Link>();
  #maxStreams: number;
  /** The server's settings have come. */
  #isOpen = false;
  /** Whether it is being found out if the server is still there: by a look at what was read, or by a ping. */
  #isAsking = false;
  #isDoubted = false;
  #giveUpWaiting: (() => void) | undefined = undefined;
  #onOpened: ((isOpen: boolean) => void) | undefined = undefined;
  #heardAtMs = 0;
  /** Calls that came while there was no free stream, in order. */
  readonly #boarding: Call[] = [];

  constructor(address: LinkAddress, owner: SessionOwner) {
    this.address = address;
    this.#owner = owner;
    this.#maxStreams = owner.maxStreamsPerSession;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many more calls it can take; none while it may be dead. */
  get room(): number {
    if (this.#isDoubted) return 0;
    return this.#maxStreams - (this.#link?.streams ?? 0) - this.#boarding.length;
  }

  /** Opens it ahead of its first request; resolves to whether that worked. A target that refuses is found out later. */
  open(): Promise<boolean> {
    if (this.#link !== undefined || this.#owner.isClosed) return Promise.resolve(this.#isOpen);
    return new Promise((resolve) => {
      this.#onOpened = resolve;
      this.#open();
    });
  }

  /** Takes a call when it has room. */
  carry(call: Call): void {
    if (!this.#isOpen) call.hasWaited = true;
    this.#boarding.push(call);
    this.#proceed();
  }

  /** Gives up every call that was not fired; the session goes on opening. */
  dropUnfired(atMs: number): void {
    for (const call of this.#boarding.splice(0)) call.drop(atMs);
  }

  async close(): Promise<void> {
    this.#giveUpWaiting?.();
    this.#onOpened?.(false);
    this.#onOpened = undefined;
    await Promise.all(
      [...this.#links].map((link) => {
        link.destroy();
        return link.closed();
      }),
    );
  }

  // What its calls tell it.

  get clock(): Clock {
    return this.#owner.clock;
  }

  get isClosed(): boolean {
    return this.#owner.isClosed;
  }

  onFired(call: Call, atMs: number): void {
    this.#owner.onFired(call, atMs);
  }

  onOver(call: Call, link: Link | undefined): void {
    this.#owner.onOver(call, link !== undefined);
    if (link === undefined) return;
    link.streams--;
    if (link === this.#link) this.#makeUseOfRoom();
    else if (link.streams === 0) link.destroy();
  }

  onAnswered(link: Link, atMs: number): void {
    if (link === this.#link) this.#heardAtMs = atMs;
  }

  onTimeout(link: Link): void {
    this.#owner.onBreak("no complete answer in time");
    if (link !== this.#link || !this.#isOpen || this.#isDoubted) return;
    this.#isDoubted = true;
    this.#giveUpWaiting = this.clock.after(this.#owner.connectTimeoutMs, () =>
      this.#retire("no pong in time"),
    );
    const isAsked =
      link.isUsable &&
      link.http2.ping((error) => {
        if (error !== null || link !== this.#link) return;
        this.#believe();
        this.#makeUseOfRoom();
      });
    if (!isAsked) this.#retire("cannot be asked any more");
  }

  onBreak(reason: string): void {
    this.#owner.onBreak(reason);
  }

  // What its links tell it.

  onSettings(link: Link, maxStreams: number): void {
    if (link !== this.#link || this.isClosed) return;
    this.#maxStreams = Math.min(this.#owner.maxStreamsPerSession, maxStreams);
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#believe();
      this.#heardAtMs = this.clock.nowMs();
      this.#onOpened?.(true);
      this.#onOpened = undefined;
    }
    this.#makeUseOfRoom();
  }

  onEnding(link: Link, reason: string): void {
    if (link === this.#link) this.#retire(reason);
  }

  onClosed(link: Link): void {
    this.#links.delete(link);
  }

  #open(): void {
    for (const call of this.#boarding) call.hasWaited = true;
    const link = new Link(this.address, this.#owner.trust, this);
    this.#link = link;
    this.#links.add(link);
    this.#giveUpWaiting = this.clock.after(this.#owner.connectTimeoutMs, () =>
      this.#retire("opening a session took too long", "timeout"),
    );
  }

  /** No new stream on the present link. Its streams may come to their end. */
  #retire(reason: string, how: "timeout" | "disconnected" = "disconnected"): void {
    const link = this.#link!;
    const wasOpen = this.#isOpen;
    this.#link = undefined;
    this.#isOpen = false;
    this.#maxStreams = this.#owner.maxStreamsPerSession;
    this.#believe();
    if (link.streams === 0) link.destroy();
    if (this.isClosed) return;
    this.#owner.onBreak(reason);
    this.#onOpened?.(false);
    this.#onOpened = undefined;
    if (!wasOpen) {
      const atMs = this.clock.nowMs();
      for (const call of this.#boarding.splice(0)) call.failUnfired(how, atMs);
    }
    this.#makeUseOfRoom();
  }

  #believe(): void {
    this.#isDoubted = false;
    this.#giveUpWaiting?.();
    this.#giveUpWaiting = undefined;
  }

  #makeUseOfRoom(): void {
    this.#proceed();
    if (this.room > 0) this.#owner.onFree(this);
  }

  /** Fires what can be fired, or does what is needed before. */
  #proceed(): void {
    if (this.#boarding.length === 0 || this.isClosed) return;
    const link = this.#link;
    if (link === undefined) {
      this.#open();
      return;
    }
    if (!this.#isOpen || this.#isAsking || this.#isDoubted) return;
    const nowMs = this.clock.nowMs();
    const restedMs = nowMs - this.#heardAtMs;
    if (!link.isUsable || (restedMs > keepAliveMs && link.streams === 0)) {
      this.#retire("rested too long");
      return;
    }
    if (restedMs >= restedLongMs) {
      this.#ask();
      return;
    }
    while (this.#boarding.length > 0 && link.streams < this.#maxStreams && link === this.#link) {
      link.streams++;
      link.begun++;
      this.#boarding.shift()!.fire(link, nowMs);
      if (link.begun >= streamsPerLink && link === this.#link) this.#retire("out of stream ids");
    }
  }

  /** Two turns, so that all of the loop's reading lies between now and then: a session that has ended is made anew. */
  #ask(): void {
    this.#isAsking = true;
    this.clock.soon(() =>
      this.clock.soon(() => {
        this.#isAsking = false;
        this.#heardAtMs = this.clock.nowMs();
        this.#proceed();
      }),
    );
  }
}
