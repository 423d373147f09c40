/** Carries out the faults of a run, each on its own: ready, written down, injected, seen, taken back, seen to be gone. */
import { setMaxListeners } from "node:events";
import { type Clock, sleep } from "../base/clock.ts";
import { sentenceOf } from "../base/failure.ts";
import type { FaultSeen, FaultStatus } from "../metrics/fault-seen.ts";
import { faults } from "./catalog.ts";
import type { Fault, FaultAccount, Ground, PreparedFault } from "./fault.ts";
import type { FaultJournal } from "./fault-journal.ts";
import { Injection } from "./injection.ts";
import { manualOf } from "./mend.ts";
import type { ScheduledFault } from "./plan-chaos.ts";
import { isDown, isOwn, type TakenBack, takenBack } from "./taking-back.ts";
import { within } from "./within.ts";

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
/** Beyond its lead: the longest is a search that has to say first how late it usually is. Our choice. */
const PREPARE_LIMIT_MS = 30_000;
/**
 * What cannot be made ready, or looks as if it were on already, may be the end of another fault: a node comes up again, a
 * replica catches up. Our choice.
 */
const BEFORE_LIMIT_MS = 5_000;
/** The longest are a few seconds in which it is counted what comes after the effect. Our choice. */
const ACCOUNT_LIMIT_MS = 30_000;
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
      if (this.#stop.signal.aborted) return this.#notReached(planned);
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
    const injection = new Injection(prepared, {
      ...{ clock, dueAtMs, signal: this.#stop.signal },
      onDue: () => {
        times.begunAtS = atS();
        event("fault-due", { id: planned.id });
      },
    });
    const startMs = Math.max(dueAtMs, clock.nowMs());
    try {
      await injection.begin();
      times.injectedAtS = atS();
      event("fault-injected", { id: planned.id, mechanism: planned.mechanism });
      say(`${planned.id}: ${planned.mechanism}`);
      const endMs = this.#endMs(planned, { dueAtMs, startMs });
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
    injection.end();
    times.stoppedAtS = atS();
    const parts = { ...{ clock, ground: this.#parts.ground, injection }, stop: this.#stop.signal };
    const end = await takenBack(planned, prepared, parts);
    if (end.how === "mended") times.undoneAtS = atS();
    this.#tellEnd(planned, end);
    const account = effect === undefined ? undefined : await this.#account(planned, prepared);
    await this.#closed(planned, prepared);
    return seenOf(planned, {
      ...times,
      ...(effect !== undefined && { effect: [effect, account?.sentence ?? []].flat().join("; ") }),
      ...(account && { figures: account.figures }),
      ...this.#outcome(planned, prepared, { end, failure, effect }),
    });
  }

  #tellEnd({ id }: ScheduledFault, { how, remains }: TakenBack): void {
    const { event, say, journal } = this.#parts;
    if (remains === undefined) journal.mended(id);
    event(`fault-${how}`, { id, ...(remains !== undefined && { because: remains }) });
    say(`${id}: ${remains ?? (how === "left" ? "left as it is, for the target goes" : "taken back")}`);
  }

  /** What takes long to inject, as a command of the user's own may, is kept up for as long as planned all the same. */
  #endMs(
    planned: ScheduledFault,
    { dueAtMs, startMs }: { readonly dueAtMs: number; readonly startMs: number },
  ): number {
    const { forS } = planned;
    const isByPlan = forS !== undefined && this.#leadMs(planned) > 0;
    const fromMs = isByPlan ? startMs : Math.max(dueAtMs, this.#parts.clock.nowMs());
    return fromMs + (forS ?? 0) * 1000;
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
    const { clock, event } = this.#parts;
    const { signal } = this.#stop;
    if (prepared.account === undefined) return undefined;
    const limitMs = signal.aborted ? CLOSE_LIMIT_MS : ACCOUNT_LIMIT_MS;
    const account = await within(prepared.account(signal), {
      ...{ clock, limitMs, tooLate: `it was not measured within ${limitMs / 1000} s` },
      ...(!signal.aborted && { signal }),
    }).catch((error: unknown) => {
      if (!signal.aborted) event("fault-not-measured", { id: planned.id, because: sentenceOf(error) });
      return undefined;
    });
    if (account !== undefined) event("fault-measured", { id: planned.id, ...account.figures });
    return account;
  }

  /** Ready, not so by itself, and written down. */
  async #prepared(planned: ScheduledFault, dueAtMs: number): Promise<PreparedFault> {
    const { ground, journal } = this.#parts;
    const prepared = await this.#ready(planned, dueAtMs);
    const { mends, limitMs = 0 } = prepared;
    try {
      await this.#mustNotBeSo(prepared);
      // To inject it, to take it back and to see that it is gone, for a keeper who mends beside us would undo it twice.
      const lastsMs = this.#leadMs(planned) + 3 * limitMs + (planned.forS ?? 0) * 1000;
      const noted = journal.begin({
        ...{ id: planned.id, mends, isOwn: isOwn(ground) },
        forMs: lastsMs + EFFECT_LIMIT_MS + KEEPER_GRACE_MS,
      });
      await Promise.race([noted, aborted(this.#stop.signal)]);
    } catch (error) {
      await this.#closed(planned, prepared);
      throw error;
    }
    return prepared;
  }

  /** A node that is being started again after another fault is waited for. */
  async #ready(planned: ScheduledFault, dueAtMs: number): Promise<PreparedFault> {
    const { ground, clock } = this.#parts;
    const untilMs = clock.nowMs() + BEFORE_LIMIT_MS;
    const isSomeoneDown = () => planned.nodes.some((name) => isDown(name, ground));
    for (;;) {
      const wasDown = isSomeoneDown();
      try {
        return await this.#madeReady(planned, dueAtMs);
      } catch (error) {
        if (!wasDown && !isSomeoneDown()) throw error;
        do {
          if (clock.nowMs() >= untilMs) throw error;
          await sleep(LOOK_EVERY_MS, this.#stop.signal, clock);
        } while (isSomeoneDown());
      }
    }
  }

  async #madeReady(planned: ScheduledFault, dueAtMs: number): Promise<PreparedFault> {
    const { ground, clock } = this.#parts;
    const fault = this.#faultOf(planned);
    if (fault === undefined) throw new Error(`there is no fault ${planned.fault}`);
    const making = fault.prepare(planned, { ...ground, dueAtMs });
    const limitMs = this.#leadMs(planned) + PREPARE_LIMIT_MS;
    try {
      const tooLate = `it was not made ready within ${limitMs / 1000} s`;
      return await within(making, { clock, limitMs, tooLate, signal: this.#stop.signal });
    } catch (error) {
      // What is ready when nobody waits for it any more may watch already.
      void making.then(
        (late) => this.#closed(planned, late),
        () => {},
      );
      throw error;
    }
  }

  /**
   * What is there without us would be seen as our effect, and what we restore would be what somebody else did.
   * @throws when it is there already, or nobody can tell
   */
  async #mustNotBeSo(prepared: PreparedFault): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stop;
    const limitMs = Math.max(BEFORE_LIMIT_MS, prepared.limitMs ?? 0);
    const tooLate = `nobody told within ${limitMs / 1000} s`;
    const untilMs = clock.nowMs() + BEFORE_LIMIT_MS;
    for (;;) {
      signal.throwIfAborted();
      const why = await within(prepared.verify(), { clock, limitMs, tooLate, signal }).then(
        (effect) => isEffect(effect) && `it was so before anything was done: ${effect}`,
        (error: unknown) => `it could not be seen whether it was so before: ${sentenceOf(error)}`,
      );
      if (why === false) return;
      signal.throwIfAborted();
      if (clock.nowMs() >= untilMs) throw new Error(why);
      await sleep(LOOK_EVERY_MS, signal, clock);
    }
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
        if (isEffect(effect)) return effect;
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

  #outcome(
    { id, forS }: ScheduledFault,
    prepared: PreparedFault,
    {
      end: { how, remains },
      failure,
      effect,
    }: {
      readonly end: TakenBack;
      readonly failure: string | undefined;
      readonly effect: string | undefined;
    },
  ): { readonly status: FaultStatus; readonly because?: string; readonly manual?: readonly string[] } {
    if (how === "leaked") {
      const manual = prepared.mends.map(manualOf);
      return { status: "leaked", ...(remains !== undefined && { because: remains }), manual };
    }
    // What a target of ours did not get over goes with it, and nobody has to do anything; but it proves nothing.
    const notGood = remains === undefined ? [] : [`it was not made good in time: ${remains}`];
    const problems = [failure ?? [], notGood].flat();
    if (problems.length > 0) return { status: "failed", because: problems.join("; ") };
    const { signal: keeper } = this.#keeper.get(id)!;
    const kept = keeper.aborted ? `it was mended by the guard: ${sentenceOf(keeper.reason)}` : undefined;
    if (effect === undefined) {
      const within = forS === undefined ? `within ${EFFECT_LIMIT_MS / 1000} s` : `in ${forS} s`;
      return { status: "vacuous", because: kept ?? `it was carried out, and no effect was seen ${within}` };
    }
    return { status: "effective", ...(kept !== undefined && { because: kept }) };
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Empty words tell of nothing. */
const isEffect = (seen: unknown): seen is string => typeof seen === "string" && seen !== "";

type FaultTime = "requestedAtS" | "begunAtS" | "injectedAtS" | "effectAtS" | "stoppedAtS" | "undoneAtS";

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
