/** Writes to every member of a database and its replicas, ten times a second, to see which of them take it. */
import { type Clock, sleep } from "../../base/clock.ts";
import { postgresUrl } from "../stores/postgres.ts";
import { type BeatWriter, postgresBeats } from "./heartbeat.ts";
import type { PrimariesLook } from "./primaries-seen.ts";

export const LOOK_EVERY_MS = 100;
/** Longer than any failover that is ordered; whoever forgets to end it does not write for ever. */
const LONGEST_MS = 120_000;

export class PrimariesWatch {
  readonly #writers: ReadonlyMap<string, BeatWriter>;
  readonly #clock: Clock;
  readonly #looks: PrimariesLook[] = [];
  #isOn = false;
  #going: Promise<void> = Promise.resolve();

  /** `addresses` are host:port by the name of the member. */
  constructor(addresses: ReadonlyMap<string, string>, clock: Clock) {
    this.#writers = new Map(
      [...addresses].map(([name, address]) => [name, postgresBeats(postgresUrl(address))]),
    );
    this.#clock = clock;
  }

  get looks(): readonly PrimariesLook[] {
    return this.#looks;
  }

  begin(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#going = this.#go(this.#clock.nowMs() + LONGEST_MS);
  }

  /** Resolves when it has left all of them. */
  async end(): Promise<void> {
    this.#isOn = false;
    await this.#going;
  }

  /** Who takes a write at this moment. */
  async look(): Promise<readonly string[]> {
    const stampMs = Math.round(this.#clock.epochMs());
    const atMs = this.#clock.nowMs();
    const tries = await Promise.all(
      [...this.#writers].map(([name, writer]) =>
        writer.write(stampMs).then(
          () => [name],
          () => [],
        ),
      ),
    );
    const writable = tries.flat();
    this.#looks.push({ atMs, writable });
    return writable;
  }

  async #go(untilMs: number): Promise<void> {
    while (this.#isOn && this.#clock.nowMs() < untilMs) {
      await this.look();
      await sleep(LOOK_EVERY_MS, undefined, this.#clock);
    }
    await Promise.all([...this.#writers.values()].map((writer) => writer.close()));
  }
}
