/** Faults that are made ready ahead of their time, and those of which more is measured once they are gone. */
import { expect, test } from "vitest";
import { Conductor } from "../../chaos/conductor.ts";
import type { Fault, FaultAccount, Ground } from "../../chaos/fault.ts";
import { untilDue } from "../../chaos/until-due.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import { ManualClock } from "../fakes/manual-clock.ts";
import { ListedJournal, scheduled } from "../fakes/scripted-fault.ts";

const ORIGIN_MS = 1_000;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Bites at its time, and is made ready three seconds before. */
function ahead(clock: ManualClock, asked: string[], account?: () => Promise<FaultAccount>): Fault {
  const note = (what: string) => asked.push(`${what} at ${(clock.nowMs() - ORIGIN_MS) / 1_000}`);
  return {
    ...{ name: scheduled().fault, does: "nothing", place: "node", lasts: "once", undo: "irreversible" },
    plan: () => ({ mechanism: "nothing", problems: [] }),
    leadS: () => 3,
    async prepare(_, ground) {
      note("made ready");
      let isInjected = false;
      return {
        mends: [],
        async inject(signal) {
          await untilDue(ground, signal);
          isInjected = true;
          note("injected");
        },
        verify: async () => (isInjected ? "it bites" : undefined),
        undo: async () => {},
        verifyUndone: async () => undefined,
        ...(account && { account }),
      };
    },
  };
}

async function carriedOut(atS: number, account?: () => Promise<FaultAccount>) {
  const clock = new ManualClock({ startMs: ORIGIN_MS });
  const [asked, events]: string[][] = [[], []];
  const { forS: _, ...once } = scheduled();
  const conductor = new Conductor({
    faults: [{ ...once, atS }],
    ground: { clock, target: { launcher: "processes" } as RunningTarget } as unknown as Ground,
    journal: new ListedJournal([]),
    clock,
    event: (kind) => void events!.push(kind),
    say: () => {},
    catalog: [ahead(clock, asked!, account)],
  });
  conductor.start(ORIGIN_MS);
  for (let step = 0; step < 300; step++) {
    await turn();
    clock.pass(step === 0 ? 0 : 50);
  }
  const [seen] = await conductor.settled();
  return { asked, events, seen };
}

test("what has a lead is made ready so long before, and bites at its time", async () => {
  const { asked, seen } = await carriedOut(8);
  expect(asked).toEqual(["made ready at 5", "injected at 8"]);
  expect(seen).toMatchObject({ requestedAtS: 5, injectedAtS: 8, effectAtS: 8, status: "effective" });
});

test("one that is due before its lead is over is made ready at once", async () => {
  const { asked } = await carriedOut(1);
  expect(asked).toEqual(["made ready at 0", "injected at 1"]);
});

test("what was measured afterwards is told with its effect, as a sentence and as figures", async () => {
  const { seen, events } = await carriedOut(4, async () => ({
    sentence: "a factor of 3",
    figures: { factor: 3 },
  }));
  expect(seen).toMatchObject({ effect: "it bites; a factor of 3", figures: { factor: 3 } });
  expect(events).toContain("fault-measured");
});

test("what could not be measured takes nothing from what was seen", async () => {
  const { seen, events } = await carriedOut(4, () => Promise.reject(new Error("nobody told")));
  expect(seen).toMatchObject({ effect: "it bites", status: "effective" });
  expect(seen).not.toHaveProperty("figures");
  expect(events).toContain("fault-not-measured");
});
