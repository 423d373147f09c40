/** Many agents behind one face: gathers them, gives every one its share, starts them at one instant. */
import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { Assignment, Farewell, Interval, JoinRequest } from "../proto/generated/bench.ts";
import type { EndingWatch } from "./ending.ts";
import type { AgentLink } from "./front-door.ts";
import { type ClockReading, readClocks } from "./start-line.ts";

/** What every agent is told alike; the fleet adds the shares. */
export type DriveOrder = Omit<Assignment, "shareIndex" | "shareCount">;

/** Who takes what agents say during a drive. */
export interface DriveListener {
  /** The common start, on our monotonic clock and on the wall. */
  started(atMs: number, atEpochMs: number): void;
  interval(agent: number, interval: Interval): void;
  farewell(agent: number, farewell: Farewell): void;
  lost(agent: number, because: string): void;
}

export interface FleetMember {
  readonly link: AgentLink;
  readonly clock: ClockReading;
}

/** Connections are opened between assignment and ready; a target under load may need a while. */
const readyLimitMs = 20_000;
/** Opening connections takes a while, and the start instant is promised to the target beforehand. */
const preparationMs = 750;
/**
 * From "all ready" to the common start: a message has to reach every agent first. Writing a thousand of them takes some
 * 50 ms on a core that is shared; this leaves five times that.
 */
const leadMs = (agents: number): number => 250 + agents / 4;
/** No word from an agent for this long means it is gone. Source: three intervals of one second, and one of grace. */
const silenceLimitMs = 4_000;
const lookEveryMs = 500;
/** After a stop: agents wait up to 1 s for answers, then say farewell. */
const farewellLimitMs = 2_000;

export class Fleet {
  readonly members: readonly FleetMember[];
  readonly #clock: Clock;
  readonly #watch: EndingWatch;
  /** The last lines an agent wrote to stderr. */
  readonly lastWords: (index: number) => string;
  readonly #gone = new Map<number, string>();
  /** Once told to leave, leaving is no loss. */
  #isDismissed = false;
  #whenGone: ((index: number, because: string) => void) | undefined;

  constructor(options: {
    readonly members: readonly FleetMember[];
    readonly clock: Clock;
    readonly watch: EndingWatch;
    lastWords(index: number): string;
  }) {
    this.members = options.members;
    this.#clock = options.clock;
    this.#watch = options.watch;
    this.lastWords = options.lastWords;
    for (const { link } of this.members) link.onGone((because) => this.lose(link.index, because));
  }

  /** An agent is gone; the first reason counts. Also called when its process ends. */
  lose(index: number, because: string): void {
    if (this.#gone.has(index) || this.#isDismissed) return;
    const words = this.lastWords(index).split("\n").at(-1) ?? "";
    this.#gone.set(index, because);
    const tail = words === "" ? "" : `; its last words: ${words}`;
    this.#watch.end({ status: "agents-lost", because: `agent ${index} is gone: ${because}${tail}` });
    this.#whenGone?.(index, because);
  }

  /**
   * One drive, from assignment to the last farewell; ends early, or does not begin, when the watch says so.
   * `prepare` is told when it will start, in time to tell the target.
   * @throws {Failure} `agents` when an agent cannot do what it is told
   */
  async drive(
    order: DriveOrder,
    listener: DriveListener,
    prepare?: (startEpochMs: number) => Promise<Partial<DriveOrder>>,
  ): Promise<void> {
    const saying = new Map<number, (say: NonNullable<JoinRequest["say"]>) => void>();
    for (const { link } of this.members) link.listen((say) => saying.get(link.index)?.(say));
    const startMs =
      this.#clock.nowMs() + leadMs(this.members.length) + (prepare === undefined ? 0 : preparationMs);
    const startEpochMs = this.#clock.epochMs() + (startMs - this.#clock.nowMs());
    try {
      await this.#allReady({ ...order, ...(await prepare?.(startEpochMs)) }, saying);
    } catch (error) {
      // Whatever could not be prepared: when the run is ending early anyway, that ending is the reason.
      if (this.#watch.early === undefined) throw error;
    }
    if (this.#watch.early !== undefined) {
      for (const [index, because] of this.#gone) listener.lost(index, because);
      return;
    }
    const atMs = Math.max(startMs, this.#clock.nowMs() + leadMs(this.members.length));
    listener.started(atMs, this.#clock.epochMs() + (atMs - this.#clock.nowMs()));
    for (const { link, clock } of this.members) {
      link.send({ $case: "start", value: { drive: order.drive, atAgentMs: atMs + clock.offsetMs } });
    }
    await this.#untilFarewells(order, atMs, saying, listener);
  }

  /** Asks every agent to leave; their processes end by themselves. */
  dismiss(because: string): void {
    this.#isDismissed = true;
    for (const { link } of this.members) link.send({ $case: "goodbye", value: { because } });
  }

  async #allReady(
    order: DriveOrder,
    saying: Map<number, (say: NonNullable<JoinRequest["say"]>) => void>,
  ): Promise<void> {
    const waiting = new Set(this.members.map(({ link }) => link.index));
    await new Promise<void>((resolve, reject) => {
      const ended = () => finish(() => reject(this.#watch.signal.reason));
      const cancel = this.#clock.after(readyLimitMs, () => {
        finish(() =>
          reject(
            new Failure(
              "agents",
              `agents ${[...waiting].join(", ")} were not ready within ${readyLimitMs / 1000} s`,
            ),
          ),
        );
      });
      const finish = (how: () => void) => {
        cancel();
        this.#watch.signal.removeEventListener("abort", ended);
        how();
      };
      if (this.#watch.signal.aborted) return ended();
      this.#watch.signal.addEventListener("abort", ended, { once: true });
      for (const { link } of this.members) {
        saying.set(link.index, (say) => {
          if (say.$case === "trouble") {
            const { sentence, hint } = say.value;
            finish(() =>
              reject(new Failure("agents", `agent ${link.index}: ${sentence}`, hint === "" ? {} : { hint })),
            );
          } else if (say.$case === "ready" && say.value.drive === order.drive) {
            waiting.delete(link.index);
            if (waiting.size === 0) finish(resolve);
          }
        });
        link.send({
          $case: "assignment",
          value: { ...order, shareIndex: link.index, shareCount: this.members.length },
        });
      }
    });
  }

  /** What an agent says is its own affair, so nonsense is the end of that agent and no bug of ours. */
  #hear({ index }: AgentLink, interval: Interval, listener: DriveListener): void {
    try {
      listener.interval(index, interval);
    } catch (error) {
      if (!(error instanceof Failure && error.kind === "agents")) throw error;
      this.lose(index, `its interval ${interval.second} cannot be read: ${error.message}`);
    }
  }

  async #untilFarewells(
    order: DriveOrder,
    startMs: number,
    saying: Map<number, (say: NonNullable<JoinRequest["say"]>) => void>,
    listener: DriveListener,
  ): Promise<void> {
    const left = new Set(
      this.members.map(({ link }) => link.index).filter((index) => !this.#gone.has(index)),
    );
    const heardMs = new Map([...left].map((index) => [index, startMs]));
    await new Promise<void>((resolve) => {
      let cancelLimit: (() => void) | undefined;
      let cancelLook: (() => void) | undefined;
      const leave = (index: number) => {
        left.delete(index);
        if (left.size > 0) return;
        cancelLimit?.();
        cancelLook?.();
        this.#watch.signal.removeEventListener("abort", stop);
        this.#whenGone = undefined;
        resolve();
      };
      const stop = () => {
        const because = this.#watch.early?.because ?? "stopped";
        for (const { link } of this.members) {
          if (left.has(link.index)) link.send({ $case: "stop", value: { drive: order.drive, because } });
        }
        cancelLimit = this.#clock.after(farewellLimitMs, () => {
          for (const index of [...left])
            this.#whenGone?.(index, `no farewell within ${farewellLimitMs / 1000} s of the stop`);
        });
      };
      let lookedMs = this.#clock.nowMs();
      const look = () => {
        const nowMs = this.#clock.nowMs();
        // When it was us who did nothing for a while, what the agents said meanwhile is not read yet: look again later.
        const wasAway = nowMs - lookedMs > 2 * lookEveryMs;
        lookedMs = nowMs;
        for (const [index, atMs] of wasAway ? [] : heardMs) {
          if (left.has(index) && nowMs - atMs > silenceLimitMs)
            this.lose(index, `silent for ${silenceLimitMs / 1000} s`);
        }
        // Losing the last one above has ended the drive; looking on would keep the process alive for ever.
        if (left.size > 0) cancelLook = this.#clock.after(lookEveryMs, look);
      };
      this.#whenGone = (index, because) => {
        if (!left.has(index)) return;
        listener.lost(index, because);
        leave(index);
      };
      for (const { link } of this.members) {
        saying.set(link.index, (say) => {
          heardMs.set(link.index, this.#clock.nowMs());
          if (say.$case === "interval" && say.value.drive === order.drive)
            this.#hear(link, say.value, listener);
          else if (say.$case === "farewell" && say.value.drive === order.drive) {
            listener.farewell(link.index, say.value);
            leave(link.index);
          } else if (say.$case === "trouble") this.lose(link.index, say.value.sentence);
        });
      }
      for (const [index, because] of this.#gone) listener.lost(index, because);
      if (left.size === 0) return resolve();
      if (this.#watch.signal.aborted) stop();
      else this.#watch.signal.addEventListener("abort", stop, { once: true });
      look();
    });
  }
}

/** How long agents may take to start and dial in. */
const joinLimitMs = 20_000;

/**
 * Waits for `count` agents to join, then reads every clock.
 * @throws {Failure} `agents` when they do not all come in time
 */
export async function gatherFleet(options: {
  readonly count: number;
  readonly clock: Clock;
  readonly watch: EndingWatch;
  /** Gives the links as they come. */
  onJoin(listener: (link: AgentLink) => void): void;
  onExit(listener: (index: number, because: string) => void): void;
  lastWords(index: number): string;
}): Promise<Fleet> {
  const { count, clock, watch } = options;
  const links: AgentLink[] = [];
  let fleet: Fleet | undefined;
  await new Promise<void>((resolve, reject) => {
    const finish = (how: () => void) => {
      cancel();
      watch.signal.removeEventListener("abort", ended);
      how();
    };
    const ended = () => finish(() => reject(watch.signal.reason));
    const cancel = clock.after(joinLimitMs, () =>
      finish(() =>
        reject(
          new Failure("agents", `${links.length} of ${count} agents joined within ${joinLimitMs / 1000} s`),
        ),
      ),
    );
    if (watch.signal.aborted) return ended();
    watch.signal.addEventListener("abort", ended, { once: true });
    options.onJoin((link) => {
      links.push(link);
      if (links.length === count) finish(resolve);
    });
    options.onExit((index, because) => {
      if (fleet !== undefined) return fleet.lose(index, because);
      const hint = options.lastWords(index);
      finish(() =>
        reject(
          new Failure("agents", `agent ${index} ${because} before it joined`, hint === "" ? {} : { hint }),
        ),
      );
    });
  });
  links.sort((a, b) => a.index - b.index);
  const readings = await readClocks(links, clock, watch.signal);
  const members = links.map((link, at): FleetMember => ({ link, clock: readings[at]! }));
  fleet = new Fleet({ members, clock, watch, lastWords: options.lastWords });
  return fleet;
}
