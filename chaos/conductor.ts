/** Carries out the faults of a run, each on its own: ready, written down, injected, seen, taken back, seen to be gone. */
import { setMaxListeners } from "node:events";
import { type Clock, sleep } from "../base/clock.ts";
import { sentenceOf } from "../base/failure.ts";
import type { FaultSeen, FaultStatus } from "../metrics/fault-seen.ts";
import { faults } from "./catalog.ts";
import type { Fault, FaultAccount, Ground, PreparedFault } from "./fault.ts";
import type { FaultJournal } from "./fault-journal.ts";
import { mendEntry, ownLimitMs } from "./fault-keeper.ts";
import { manualOf } from "./mend.ts";
import type { ScheduledFault } from "./plan-chaos.ts";

export interface ConductorParts {
  readonly faults: readonly ScheduledFault[];
  readonly ground: Ground;
  readonly journal: FaultJournal;
  readonly clock: Clock;
  /** One thing that happened, for the record of the run. */
  event(kind: string, detail: Readonly<Record<string, unknown>>): void;
  say(sentence: string): void;
  /** By name; a test hands over others. */
  readonly catalog?: readonly Fault[];
}

/** How often it is looked whether a fault bites, or is gone. */
const LOOK_EVERY_MS = 50;
/** What happens at one instant must be seen within this time. */
const EFFECT_LIMIT_MS = 5_000;
/** From the first try to take it back until it counts as leaked; a database that starts again may need it. */
const UNDO_LIMIT_MS = 60_000;
/** When the run is broken off there is little time left to be thorough in: all must be gone within five seconds. */
const HASTY_UNDO_LIMIT_MS = 3_000;
/** Ending what is only looked at takes no time; our choice. */
const CLOSE_LIMIT_MS = 1_000;
/** How much longer than planned it may last before the keeper of the journal mends it. */
const KEEPER_GRACE_MS = 2_000;

export class Conductor {
  readonly #parts: ConductorParts;
  readonly #stop = new AbortController();
  /** Aborted for those that the keeper of the journal mended by himself. */
  readonly #keeper = new Map<string, AbortController>();
  #running: Promise<FaultSeen>[] = [];

  constructor(parts: ConductorParts) {
    this.#parts = parts;
    // Every fault listens to it: no leak, no warning.
    setMaxListeners(0, this.#stop.signal);
    for (const { id } of parts.faults) this.#keeper.set(id, new AbortController());
    parts.journal.onMendedByKeeper((id, because) => {
      parts.event("fault-mended-by-guard", { id, because });
      this.#keeper.get(id)?.abort(new Error(because));
    });
  }

  /** The measured part begins at `originMs` of the clock. */
  start(originMs: number): void {
    this.#running = this.#parts.faults.map((fault) => this.#carryOut(fault, originMs));
  }

  /** Ends all of them now: what is injected is taken back at once, what is not will not be. */
  stop(because: string): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new Error(because));
  }

  /** When the last of them is over, what became of each, in order of their start. Never rejects. */
  settled(): Promise<readonly FaultSeen[]> {
    return Promise.all(
      this.#running.length > 0
        ? this.#running
        : this.#parts.faults.map((fault) =>
            Promise.resolve(
              seenOf(fault, { status: "not-reached", because: "the measured part never began" }),
            ),
          ),
    );
  }

  async #carryOut(planned: ScheduledFault, originMs: number): Promise<FaultSeen> {
    const { clock, event, say } = this.#parts;
    const atS = () => (clock.nowMs() - originMs) / 1000;
    const times: Partial<Record<FaultTime, number>> = {};
    const dueAtMs = originMs + planned.atS * 1000;
    try {
      await sleep(Math.max(0, dueAtMs - this.#leadMs(planned) - clock.nowMs()), this.#stop.signal, clock);
    } catch {
      return this.#notReached(planned);
    }
    times.requestedAtS = atS();
    let prepared: PreparedFault;
    try {
      prepared = await this.#prepared(planned, dueAtMs);
    } catch (error) {
      event("fault-failed", { id: planned.id, because: sentenceOf(error) });
      return seenOf(planned, { ...times, status: "failed", because: sentenceOf(error) });
    }
    if (this.#stop.signal.aborted) {
      this.#parts.journal.mended(planned.id);
      await this.#closed(planned, prepared);
      return this.#notReached(planned);
    }
    const isOver = AbortSignal.any([this.#stop.signal, this.#keeper.get(planned.id)!.signal]);
    let failure: string | undefined;
    let effect: string | undefined;
    const endMs = Math.max(dueAtMs, clock.nowMs()) + (planned.forS ?? 0) * 1000;
    try {
      await prepared.inject(this.#stop.signal);
      times.injectedAtS = atS();
      event("fault-injected", { id: planned.id, mechanism: planned.mechanism });
      say(`${planned.id}: ${planned.mechanism}`);
      effect = await this.#seen(
        prepared,
        planned.forS === undefined ? endMs + EFFECT_LIMIT_MS : endMs,
        isOver,
      );
      if (effect !== undefined) {
        times.effectAtS = atS();
        event("fault-seen", { id: planned.id, effect });
      }
      if (planned.forS !== undefined) await this.#until(endMs, isOver);
    } catch (error) {
      if (!this.#stop.signal.aborted) failure = sentenceOf(error);
    }
    times.stoppedAtS = atS();
    const { how, remains } = await this.#undone(planned, prepared);
    if (how === "mended") times.undoneAtS = atS();
    if (how !== "leaked") this.#parts.journal.mended(planned.id);
    event(`fault-${how}`, { id: planned.id, ...(remains !== undefined && { because: remains }) });
    say(
      `${planned.id}: ${remains ?? (how === "left" ? "left as it is, for the target goes" : "taken back")}`,
    );
    const account = effect === undefined ? undefined : await this.#account(planned, prepared);
    await this.#closed(planned, prepared);
    return seenOf(planned, {
      ...times,
      ...(effect !== undefined && { effect: [effect, account?.sentence ?? []].flat().join("; ") }),
      ...(account && { figures: account.figures }),
      ...this.#outcome(planned, prepared, { remains, failure, effect }),
    });
  }

  #notReached(planned: ScheduledFault): FaultSeen {
    return seenOf(planned, { status: "not-reached", because: sentenceOf(this.#stop.signal.reason) });
  }

  #faultOf({ fault }: ScheduledFault): Fault | undefined {
    const { catalog = faults } = this.#parts;
    return catalog.find(({ name }) => name === fault);
  }

  #leadMs(planned: ScheduledFault): number {
    return (this.#faultOf(planned)?.leadS?.(planned) ?? 0) * 1000;
  }

  /** What was measured of the effect; nothing when it cannot be had, or the run is broken off. */
  async #account(planned: ScheduledFault, prepared: PreparedFault): Promise<FaultAccount | undefined> {
    const { event } = this.#parts;
    const account = await prepared.account?.(this.#stop.signal).catch((error: unknown) => {
      if (!this.#stop.signal.aborted)
        event("fault-not-measured", { id: planned.id, because: sentenceOf(error) });
      return undefined;
    });
    if (account !== undefined) event("fault-measured", { id: planned.id, ...account.figures });
    return account;
  }

  /** Ready, and written down. */
  async #prepared(planned: ScheduledFault, dueAtMs: number): Promise<PreparedFault> {
    const { ground, journal } = this.#parts;
    const fault = this.#faultOf(planned);
    if (fault === undefined) throw new Error(`there is no fault ${planned.fault}`);
    const prepared = await fault.prepare(planned, { ...ground, dueAtMs });
    try {
      await journal.begin({
        id: planned.id,
        mends: prepared.mends,
        forMs: this.#leadMs(planned) + (planned.forS ?? 0) * 1000 + EFFECT_LIMIT_MS + KEEPER_GRACE_MS,
        isOwn: isOwn(ground),
      });
    } catch (error) {
      await this.#closed(planned, prepared);
      throw error;
    }
    return prepared;
  }

  /** It watches nothing any more; one that cannot be ended is not waited for, and is told. */
  async #closed({ id }: ScheduledFault, prepared: PreparedFault): Promise<void> {
    const { clock, event } = this.#parts;
    const ended = new AbortController();
    const late = sleep(CLOSE_LIMIT_MS, ended.signal, clock).then(
      () => `it still watched after ${CLOSE_LIMIT_MS / 1000} s`,
      () => undefined,
    );
    const closing = Promise.resolve(prepared.close?.()).then(() => undefined, sentenceOf);
    const because = await Promise.race([closing, late]);
    ended.abort();
    if (because !== undefined) event("fault-not-closed", { id, because });
  }

  async #seen(prepared: PreparedFault, untilMs: number, isOver: AbortSignal): Promise<string | undefined> {
    const { clock } = this.#parts;
    const seen = new AbortController();
    const over = sleep(untilMs - clock.nowMs(), AbortSignal.any([isOver, seen.signal]), clock).catch(
      () => {},
    );
    try {
      while (!isOver.aborted) {
        // A look that fails has seen nothing; that a store does not answer may be the fault itself.
        const effect = await Promise.race([prepared.verify().catch(() => undefined), over]);
        if (typeof effect === "string") return effect;
        if (clock.nowMs() >= untilMs) return undefined;
        await sleep(LOOK_EVERY_MS, isOver, clock).catch(() => {});
      }
      return undefined;
    } finally {
      seen.abort();
    }
  }

  /** Until then, or until it has to end. */
  async #until(endMs: number, isOver: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const leftMs = endMs - clock.nowMs();
    if (leftMs > 0) await sleep(leftMs, isOver, clock).catch(() => {});
  }

  /** Takes it back and looks until it is gone; what is still there when there is no more time. */
  async #undone(planned: ScheduledFault, prepared: PreparedFault): Promise<Undone> {
    const { clock, ground } = this.#parts;
    const { aborted: isBrokenOff } = this.#stop.signal;
    // What would only be started again to be ended with the run is left as it is.
    const mayBeLeft = planned.undo === "compensable" && isOwn(ground);
    if (isBrokenOff && mayBeLeft) return { how: "left" };
    const gone = new AbortController();
    const hastyMs = Math.max(HASTY_UNDO_LIMIT_MS, isOwn(ground) ? 0 : ownLimitMs(prepared));
    const outOfTime = this.#outOfTime(hastyMs, gone.signal).then(() => {
      isLate = true;
      return notInTime;
    });
    const signals = [AbortSignal.timeout(UNDO_LIMIT_MS), ...(mayBeLeft ? [this.#stop.signal] : [])];
    let isLate = false;
    /** What taking it back said itself, the last time it came to an end. */
    let failed: string | undefined;
    let told: string = notInTime;
    try {
      for (;;) {
        const mending = mendOnce(planned, prepared, AbortSignal.any(signals));
        const problem = await Promise.race([mending, outOfTime]);
        const look = await Promise.race([lookBack(prepared), outOfTime]);
        if (look === undefined) return { how: "mended" };
        const remains = typeof look === "string" ? look : look.couldNotLook;
        if (!isLate) [told, failed] = [problem ?? remains, problem];
        if (this.#stop.signal.aborted && (mayBeLeft || this.#wentDown(planned))) return { how: "left" };
        // It was taken back, and is not seen to be gone, or not done yet: what is in a target of ours goes with it.
        const isGoing = this.#stop.signal.aborted && isOwn(ground);
        if (isLate && isGoing && failed === undefined) return { how: "left" };
        if (isLate) return { how: "leaked", remains: told };
        await sleep(LOOK_EVERY_MS, undefined, clock);
      }
    } finally {
      gone.abort();
    }
  }

  /** Nobody is left in whom it could be taken back, and what is in them goes with the target. */
  #wentDown({ nodes }: ScheduledFault): boolean {
    const { ground } = this.#parts;
    const isDown = (name: string) => {
      try {
        return !ground.node(name).isRunning;
      } catch {
        return true; // Taken away by an orchestrator.
      }
    };
    return isOwn(ground) && nodes.length > 0 && nodes.every(isDown);
  }

  /** Resolves when there is no more time to take something back in, or it is gone. */
  async #outOfTime(hastyMs: number, gone: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    await sleep(UNDO_LIMIT_MS, AbortSignal.any([this.#stop.signal, gone]), clock).catch(async () => {
      if (!gone.aborted) await sleep(hastyMs, gone, clock).catch(() => {});
    });
  }

  #outcome(
    { id, forS }: ScheduledFault,
    prepared: PreparedFault,
    { remains, failure, effect }: Readonly<Record<"remains" | "failure" | "effect", string | undefined>>,
  ): { readonly status: FaultStatus; readonly because?: string; readonly manual?: readonly string[] } {
    if (remains !== undefined)
      return { status: "leaked", because: remains, manual: prepared.mends.map(manualOf) };
    if (failure !== undefined) return { status: "failed", because: failure };
    const { signal: keeper } = this.#keeper.get(id)!;
    const kept = keeper.aborted ? `it was mended by the guard: ${sentenceOf(keeper.reason)}` : undefined;
    if (effect === undefined) {
      const within = forS === undefined ? `within ${EFFECT_LIMIT_MS / 1000} s` : `in ${forS} s`;
      return { status: "vacuous", because: kept ?? `it was carried out, and no effect was seen ${within}` };
    }
    return { status: "effective", ...(kept !== undefined && { because: kept }) };
  }
}

interface Undone {
  readonly how: "mended" | "left" | "leaked";
  readonly remains?: string;
}

/** The problem, when it could not be done. */
async function mendOnce(
  { id }: ScheduledFault,
  prepared: PreparedFault,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (prepared.undo !== undefined) {
    try {
      await prepared.undo(signal);
      return undefined;
    } catch (error) {
      return sentenceOf(error);
    }
  }
  const { problems } = await mendEntry({ id, mends: prepared.mends }, UNDO_LIMIT_MS);
  return problems[0];
}

/** What is still there, or why that cannot be seen; undefined when nothing is. */
async function lookBack(
  prepared: PreparedFault,
): Promise<string | { readonly couldNotLook: string } | undefined> {
  try {
    return await prepared.verifyUndone();
  } catch (error) {
    return { couldNotLook: sentenceOf(error) };
  }
}

/** A target of ours goes with the run. */
const isOwn = ({ target }: Ground): boolean => target.launcher !== "external";

const notInTime = "it was not gone in time";

type FaultTime = "requestedAtS" | "injectedAtS" | "effectAtS" | "stoppedAtS" | "undoneAtS";

function seenOf(
  { id, fault, value, nodes, edges, zone, mechanism, atS, forS }: ScheduledFault,
  rest: Omit<FaultSeen, "id" | "fault" | "value" | "nodes" | "edges" | "zone" | "mechanism" | "plannedAtS">,
): FaultSeen {
  return {
    ...{ id, fault, nodes, mechanism },
    edges: edges.map(({ from, to }) => `${from}>${to}`),
    ...(value !== undefined && { value }),
    ...(zone !== undefined && { zone }),
    plannedAtS: atS,
    ...(forS !== undefined && { plannedForS: forS }),
    ...rest,
  };
}
