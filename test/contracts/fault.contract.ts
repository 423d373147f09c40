/** What every fault promises, on a real stage: it is seen while it is on, and gone when it was undone, by us or by others. */
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { faults } from "../../chaos/catalog.ts";
import type { Fault, PreparedFault } from "../../chaos/fault.ts";
import type { FaultEntry, FaultJournal } from "../../chaos/fault-journal.ts";
import { mendEntry } from "../../chaos/fault-keeper.ts";
import { faultLine, guardLine } from "../../chaos/guard-line.ts";
import { performMend } from "../../chaos/mend.ts";
import type { ScheduledFault } from "../../chaos/plan-chaos.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import type { OpenStage, PlannedCase } from "./fault-stage.ts";
import type { FaultCase } from "./faults-to-try.ts";
import { triesAll } from "./stages-to-try.ts";

export interface FaultStage {
  readonly name: string;
  readonly cases: readonly PlannedCase[];
  /** Why it cannot come up on this machine, when it cannot. */
  readonly cannotRun?: string | undefined;
  /** With who writes down what is injected, and takes it back when the test cannot any more. */
  up(): Promise<OpenStage & { readonly journal: FaultJournal; leftBehind(): readonly string[] }>;
}

/** Images of containers may have to be made first. */
/** By the journal it is tried once more anyhow. */
const rounds = triesAll() ? [1, 2] : [1];

const UP_LIMIT_MS = 660_000;
/** Starting a database again takes seconds; everything else much less. */
const TRY_LIMIT_MS = 180_000;
const UNDONE_LIMIT_MS = 60_000;
const EFFECT_LIMIT_MS = 3_000;
/** Longer than a try: who keeps the journal mends only for somebody who is gone. */
const KEPT_MS = 2 * TRY_LIMIT_MS;
const LOOK_EVERY_MS = 50;
/** A fault that is seen at all is seen within its own length, or this. */
const LEAST_EFFECT_LIMIT_MS = 10_000;
const GUARD_LIMIT_MS = 10_000;

export function faultContract({ name, cases, cannotRun, up }: FaultStage): void {
  describe(name, () => {
    let stage: Awaited<ReturnType<FaultStage["up"]>>;
    const deaths: string[] = [];
    const unlessImpossible = (context: TestContext, problems: readonly string[] = []) => {
      if (cannotRun !== undefined) context.skip(cannotRun);
      if (problems.length > 0) context.skip(problems.join("; "));
    };
    beforeAll(async () => {
      if (cannotRun !== undefined) return;
      stage = await up();
      stage.target.onDeath(({ node, because }) => deaths.push(`${node}: ${because}`));
      await stage.target.applyBudgets();
    }, UP_LIMIT_MS);
    afterAll(async () => {
      await stage?.close();
    }, UP_LIMIT_MS);

    describe.each(cases.map((each) => ({ ...each, title: titleOf(each) })))("$title", (each) => {
      test(
        "is seen while it is on and gone when undone, each time",
        async (context) => {
          unlessImpossible(context, each.problems);
          for (const planned of each.scheduled) {
            for (const round of each.isAlone === true ? [1] : rounds) {
              await trying(each, stage, planned, async (prepared) => {
                const undo = undoOf(prepared);
                await undo();
                await gone(prepared, `round ${round}: ${planned.id}`);
                await undo();
                expect(await prepared.verifyUndone(), "undone twice").toBeUndefined();
                if (planned.forS !== undefined) await withoutEffect(prepared);
              });
            }
          }
        },
        TRY_LIMIT_MS,
      );

      test(
        "is taken back by somebody who has only the journal",
        async (context) => {
          unlessImpossible(context, each.problems);
          for (const planned of each.scheduled) {
            const { mends, close } = await faultNamed(planned.fault).prepare(planned, stage.ground);
            await close?.();
            if (mends.length === 0 || each.isAlone === true) {
              // Whoever has only the journal takes the whole target down, and with it what needs no mending. One after
              // which nobody can use the stage has been on it already.
              expect(["compensable", "irreversible", "self-limiting"]).toContain(planned.undo);
              continue;
            }
            await trying(each, stage, planned, async (prepared) => {
              const entry = asWritten({ id: planned.id, mends: prepared.mends, forMs: 60_000, isOwn: true });
              expect((await mendEntry(entry, GUARD_LIMIT_MS)).problems).toEqual([]);
              await gone(prepared, `${planned.id}, by its mends`);
              expect((await mendEntry(entry, GUARD_LIMIT_MS)).problems, "a second time").toEqual([]);
              expect(await prepared.verifyUndone()).toBeUndefined();
            });
          }
        },
        TRY_LIMIT_MS,
      );
    });

    test(
      "afterwards the stage serves, no death is reported, and it goes away without a trace",
      async (context) => {
        unlessImpossible(context);
        if (!cases.some(({ isAlone }) => isAlone)) {
          for (const url of stage.target.entryUrls) {
            await expect
              .poll(() => fetch(`${url}/health`).then(({ status }) => status, String), { timeout: 30_000 })
              .toBe(200);
          }
        }
        expect(deaths).toEqual([]);
        await stage.close();
        expect(stage.leftBehind()).toEqual([]);
      },
      TRY_LIMIT_MS,
    );
  });
}

/** Makes it ready, sees nothing, injects it, sees it; then `work` undoes it. Whatever happens it is undone. */
async function trying(
  { whileInjected, by = "" }: FaultCase,
  { target, ground, journal }: Pick<Awaited<ReturnType<FaultStage["up"]>>, "target" | "ground" | "journal">,
  planned: ScheduledFault,
  work: (prepared: PreparedFault) => Promise<void>,
): Promise<void> {
  expect(planned.mechanism).toContain(by);
  const traffic = new Traffic(whileInjected, target);
  let prepared: PreparedFault | undefined;
  try {
    prepared = await faultNamed(planned.fault).prepare(planned, ground);
    expect(await prepared.verify(), `${planned.id} is seen before it was injected`).toBeUndefined();
    await journal.begin({ id: planned.id, mends: prepared.mends, forMs: KEPT_MS, isOwn: true });
    await prepared.inject(new AbortController().signal);
    const limitMs = Math.max(LEAST_EFFECT_LIMIT_MS, (planned.forS ?? 0) * 1000);
    const effect = await looked(() => prepared!.verify().catch(() => undefined), limitMs);
    expect(effect, `${planned.id} was injected by ${planned.mechanism} and not seen`).toBeTypeOf("string");
    await traffic.stop();
    await work(prepared);
  } finally {
    await traffic.stop();
    if (prepared !== undefined) await undoOf(prepared)().catch(() => {});
    journal.mended(planned.id);
    await prepared?.close?.();
  }
}

/** Somebody's requests, one after the other, as long as it is not stopped. */
class Traffic {
  readonly #running: Promise<void>;
  #isOver = false;

  constructor(once: FaultCase["whileInjected"], target: RunningTarget) {
    this.#running = once === undefined ? Promise.resolve() : this.#go(() => once(target));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #go(once: () => Promise<unknown>): Promise<void> {
    while (!this.#isOver) {
      await once().catch(() => {});
      await sleep(1);
    }
  }
}

function undoOf(prepared: PreparedFault): () => Promise<void> {
  const signal = AbortSignal.timeout(UNDONE_LIMIT_MS);
  return async () => {
    if (prepared.undo !== undefined) return prepared.undo(signal);
    for (const mend of prepared.mends) await performMend(mend, signal);
  };
}

/** A node that was held back under the fault works off what waited for its CPU for a period or two. */
async function withoutEffect(prepared: PreparedFault): Promise<void> {
  const untilMs = performance.now() + EFFECT_LIMIT_MS;
  let effect = await prepared.verify();
  while (effect !== undefined && performance.now() < untilMs) {
    await sleep(LOOK_EVERY_MS);
    effect = await prepared.verify();
  }
  expect(effect, "an effect after it was undone").toBeUndefined();
}

/** What is still there is looked at until it is gone. */
async function gone(prepared: PreparedFault, what: string): Promise<void> {
  const untilMs = performance.now() + UNDONE_LIMIT_MS;
  let remains = await prepared.verifyUndone();
  while (remains !== undefined && performance.now() < untilMs) {
    await sleep(LOOK_EVERY_MS);
    remains = await prepared.verifyUndone();
  }
  expect(remains, `${what} was undone`).toBeUndefined();
}

async function looked<T>(look: () => Promise<T | undefined>, limitMs: number): Promise<T | undefined> {
  const untilMs = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() >= untilMs) return seen;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Through the journal and back: what does not survive that cannot be undone by anybody else. */
function asWritten(entry: FaultEntry): FaultEntry {
  const line = guardLine(faultLine(entry));
  if (line?.ward !== "fault") throw new Error(`${entry.id} is not understood by those who read the journal`);
  return line;
}

function faultNamed(name: string): Fault {
  const found = faults.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no fault ${name}`);
  return found;
}

const titleOf = ({ word, problems }: PlannedCase) =>
  problems.length === 0 ? word : `${word} (cannot be here: ${problems.join("; ")})`;
