/** What one fault really did, counted where it did it. */
import { createHistogram } from "node:perf_hooks";
import type { RelaySeen } from "./relay-control.ts";

/** So many looks may find the relay late by chance, as by one collection of garbage, and are no habit. Our choice. */
const LATE_BY_CHANCE = 2;

export class FaultTrace {
  readonly #putAtMs: number;
  readonly #connections = new Set<number>();
  readonly #loopDelay = createHistogram();
  #chunks = 0;
  #bytes = 0;
  #resets = 0;
  #refusedDials = 0;
  #firstAtMs: number | undefined;
  #lastAtMs: number | undefined;

  constructor(putAtMs: number) {
    this.#putAtMs = putAtMs;
  }

  /** A piece of this connection had to wait, or is withheld; without bytes its end, or the connection itself. */
  waited(connection: number, bytes: number, nowMs: number): void {
    this.#touched(connection, nowMs);
    this.#chunks++;
    this.#bytes += bytes;
  }

  reset(connection: number, nowMs: number): void {
    this.#touched(connection, nowMs);
    this.#resets++;
  }

  /** Somebody's connection could not be led on, for the callee did not take it. The fault itself has not done that. */
  dialRefused(): void {
    this.#refusedDials++;
  }

  /** The relay itself was that late. */
  loopWasLate(lateMs: number): void {
    this.#loopDelay.record(Math.max(1, Math.round(lateMs * 1000)));
  }

  seen(isOn: boolean): RelaySeen {
    return {
      ...{ isOn, connections: this.#connections.size, chunks: this.#chunks },
      ...{ bytes: this.#bytes, resets: this.#resets, refusedDials: this.#refusedDials },
      ...(this.#firstAtMs !== undefined && { firstEffectMs: this.#firstAtMs - this.#putAtMs }),
      ...(this.#lastAtMs !== undefined && { lastEffectMs: this.#lastAtMs - this.#putAtMs }),
      loopDelayP99Ms: this.#lateMs(),
    };
  }

  /** The 99th percentile; of fewer than 200 looks the third latest, for two of them would make it by themselves. */
  #lateMs(): number {
    const { count } = this.#loopDelay;
    if (count <= LATE_BY_CHANCE) return 0;
    return this.#loopDelay.percentile(Math.min(99, (100 * (count - LATE_BY_CHANCE)) / count)) / 1000;
  }

  #touched(connection: number, nowMs: number): void {
    this.#connections.add(connection);
    this.#firstAtMs ??= nowMs;
    this.#lastAtMs = nowMs;
  }
}
