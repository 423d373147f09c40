/** A node that does not stay up: it ends, is started again, ends. */
import { sleep } from "../../base/clock.ts";
import { secondsIn } from "../../load/seconds-in.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Fault, Ground } from "../fault.ts";
import { isListening } from "../listening.ts";

/** Of a node that keeps data: PostgreSQL replays its log first. */
const RESTART_LIMIT_MS = 60_000;
/** Whoever looks after a node takes a moment before it starts it again. Our choice. */
const DOWN_MS = 250;

export const crashLoop: Fault = {
  name: "crash-loop",
  does: "ends a node at once and starts it again, over and over, leaving it up for a while each time",
  place: "node",
  value: { means: "how long it is up each time, from when it is ready", usual: "3s" },
  lasts: "while",
  undo: "compensable",
  plan: ({ nodes: [name], value = "" }, { launcher }) => ({
    mechanism: `SIGKILL${launcher === "compose" ? " by the container engine" : " to all its processes"}, again and again`,
    problems:
      (secondsIn(value) ?? 0) > 0 ? [] : [`"${value}" is not a time; write for example crash-loop=3s`],
    takes: [`state of ${name}`],
  }),
  async prepare({ nodes: [name = ""], value = "" }, ground) {
    const victim = ground.node(name);
    const loop = new CrashLoop(victim, (secondsIn(value) ?? 0) * 1_000, ground.clock);
    return {
      // Whoever clears up after us takes the whole target down: there is nothing to start again.
      mends: [],
      inject: (signal) => loop.begin(signal),
      async verify() {
        return (await isListening(victim.address))
          ? undefined
          : `nobody listens on ${victim.address} any more`;
      },
      async undo(signal) {
        await loop.end();
        if (!victim.isRunning)
          await victim.restart(AbortSignal.any([signal, AbortSignal.timeout(RESTART_LIMIT_MS)]));
      },
      async verifyUndone() {
        if (loop.isOn) return `${name} is still killed again and again`;
        return victim.isRunning ? undefined : `${name} is down`;
      },
      account: async () => ({
        sentence: `${name} ended ${loop.ends === 1 ? "once" : `${loop.ends} times`}`,
        figures: { ends: loop.ends },
      }),
    };
  },
};

class CrashLoop {
  readonly #victim: NodeHandle;
  readonly #upMs: number;
  readonly #clock: Ground["clock"];
  readonly #stop = new AbortController();
  #turning: Promise<void> | undefined;
  #ends = 0;

  constructor(victim: NodeHandle, upMs: number, clock: Ground["clock"]) {
    this.#victim = victim;
    this.#upMs = upMs;
    this.#clock = clock;
  }

  get ends(): number {
    return this.#ends;
  }

  get isOn(): boolean {
    return this.#turning !== undefined;
  }

  /** Ends the node for the first time, and goes on by itself until `end`, or until `signal` aborts. */
  async begin(signal: AbortSignal): Promise<void> {
    if (this.#turning !== undefined) return;
    await this.#kill();
    const stop = AbortSignal.any([this.#stop.signal, signal]);
    this.#turning = this.#turn(stop).finally(() => {
      this.#turning = undefined;
    });
  }

  async end(): Promise<void> {
    this.#stop.abort(new Error("the crash loop is over"));
    await this.#turning;
  }

  /** Never rejects: one that does not come up is tried again, as whoever looks after it would. */
  async #turn(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await sleep(DOWN_MS, stop, this.#clock).catch(() => {});
      if (stop.aborted) return;
      const limit = AbortSignal.any([stop, AbortSignal.timeout(RESTART_LIMIT_MS)]);
      await this.#victim.restart(limit).catch(() => {});
      await sleep(this.#upMs, stop, this.#clock).catch(() => {});
      if (!stop.aborted) await this.#kill().catch(() => {});
    }
  }

  async #kill(): Promise<void> {
    await this.#victim.kill();
    this.#ends++;
  }
}
