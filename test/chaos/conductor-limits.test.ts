/** What becomes of a fault that was there before, of one that takes its time, and of what a target does not get over. */
import { describe, expect, test } from "vitest";
import { ConductorStage } from "../fakes/conductor-stage.ts";

const forEver = 1e9;

describe("what can be seen before anything was done", () => {
  test.each([
    {
      why: "it is so already",
      script: { isSoForLooks: forEver },
      because: "it was so before anything was done: somebody was here",
    },
    {
      why: "nobody can look",
      script: { cannotLookFor: forEver },
      because: "it could not be seen whether it was so before: nobody answers",
    },
  ] as const)("is not injected, and nothing is written down, when $why", async ({ script, because }) => {
    const stage = await new ConductorStage({ ...script, bitesAtLook: 1, closes: "done" }).start().pass(8);
    expect(await stage.seen()).toMatchObject({ status: "failed", because });
    expect(stage.asked).not.toContain("written down");
    expect(stage.asked).not.toContain("inject");
    expect(stage.asked.at(-1)).toBe("close");
  });

  test.each([{ script: { isSoForLooks: 20 } }, { script: { cannotLookFor: 20 } }] as const)(
    "and is over soon is waited for: $script",
    async ({ script }) => {
      const stage = await new ConductorStage({ ...script, bitesAtLook: 1 }).start().pass(14);
      expect(await stage.seen()).toMatchObject({ status: "effective", injectedAtS: 3, undoneAtS: 13 });
    },
  );

  test("is not waited for when the run is broken off", async () => {
    const stage = await new ConductorStage({ isSoForLooks: forEver }).start().pass(4);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "not-reached", because: "interrupted by SIGINT" });
  });
});

test("empty words are no effect", async () => {
  const stage = await new ConductorStage({ bitesAtLook: 1, effect: "" }).start().pass(13);
  expect(await stage.seen()).toMatchObject({ status: "vacuous" });
});

describe("what is not made ready", () => {
  test("in time is not injected, and is closed when it is ready at last", async () => {
    const stage = await new ConductorStage({ prepareTakesMs: 40_000, closes: "done" }).start().pass(33);
    expect(await stage.seen()).toMatchObject({
      status: "failed",
      because: "it was not made ready within 30 s",
    });
    expect(stage.asked).toEqual(["prepare"]);
    await stage.pass(10);
    expect(stage.asked).toEqual(["prepare", "close"]);
  });

  test("is not waited for when the run is broken off", async () => {
    const stage = await new ConductorStage({ prepareTakesMs: forEver }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "not-reached" });
  });
});

describe("what is for a node that is down", () => {
  const script = { bitesAtLook: 1, prepareFails: "shop-1 has no processes" };

  test("is made ready as soon as that is up again", async () => {
    const stage: ConductorStage = new ConductorStage(
      { ...script, prepareFailsFor: 1 },
      { isDown: () => stage.clock.nowMs() < 4_000 },
    );
    await stage.start().pass(14);
    expect(await stage.seen()).toMatchObject({ status: "effective", requestedAtS: 2, injectedAtS: 3 });
    expect(stage.asked.slice(0, 3)).toEqual(["prepare", "prepare", "look before"]);
  });

  test("fails when it is not up within five seconds", async () => {
    const stage = await new ConductorStage(script, { isDown: () => true }).start().pass(8);
    expect(await stage.seen()).toMatchObject({ status: "failed", because: "shop-1 has no processes" });
    expect(stage.asked).toEqual(["prepare"]);
    expect(stage.eventsAt).toEqual([["fault-failed", 7]]);
  });

  test("is not waited for when the run is broken off", async () => {
    const stage = await new ConductorStage(script, { isDown: () => true }).start().pass(3);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "not-reached", because: "interrupted by SIGINT" });
  });
});

describe("what takes long to inject", () => {
  test("is kept up for as long as planned from when it is done", async () => {
    const stage = await new ConductorStage({ injectTakesMs: 4_000, bitesAtLook: 1 }).start().pass(17);
    expect(await stage.seen()).toMatchObject({ status: "effective", injectedAtS: 6, stoppedAtS: 16 });
  });

  test("ends by the plan where it has a lead", async () => {
    const script = { injectTakesMs: 4_000, bitesAtLook: 1, leadS: 1 };
    const stage = await new ConductorStage(script).start().pass(17);
    expect(await stage.seen()).toMatchObject({ status: "effective", injectedAtS: 5, stoppedAtS: 12 });
  });

  test("is not mended by the keeper of the journal for as long as its user says that it may take", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1, limitMs: 30_000 }).start().pass(3);
    // To inject it, to take it back and to look: whoever does so beside us would undo it twice.
    expect(stage.journal.entries).toMatchObject([{ forMs: 107_000 }]);
  });

  test("and long to be taken back is not mended by the keeper of the journal beside us", async () => {
    const script = { bitesAtLook: 1, limitMs: 30_000, injectTakesMs: 28_000, undoTakesMs: 28_000 };
    const stage = await new ConductorStage(script).start().pass(70);
    const seen = await stage.seen();
    expect(seen).toMatchObject({ status: "effective", injectedAtS: 30, stoppedAtS: 40, undoneAtS: 68 });
    const [entry] = stage.journal.entries;
    expect(seen.undoneAtS! - seen.requestedAtS!).toBeLessThan(entry!.forMs / 1_000);
  });

  test("disturbs from when it is due, and not only when it is done", async () => {
    const stage = await new ConductorStage({ injectTakesMs: 4_000, bitesAtLook: 1 }).start().pass(17);
    expect(stage.eventsAt.slice(0, 2)).toEqual([
      ["fault-due", 2],
      ["fault-injected", 6],
    ]);
    expect(await stage.seen()).toMatchObject({ begunAtS: 2 });
  });

  test("disturbs nobody before it is due, though it is done by then", async () => {
    const script = { injectTakesMs: 500, bitesAtLook: 1, leadS: 1 };
    const stage = await new ConductorStage(script).start().pass(13);
    expect(stage.eventsAt).toContainEqual(["fault-injected", 1.5]);
    expect(stage.eventsAt).toContainEqual(["fault-due", 2]);
    expect(await stage.seen()).toMatchObject({ begunAtS: 2 });
  });

  test("and fails half-way has disturbed", async () => {
    const stage = await new ConductorStage({ injectFails: "one of two was stopped" }).start().pass(3);
    expect(await stage.seen()).toMatchObject({ status: "failed", begunAtS: 2 });
  });

  test("is not due any more once it was broken off", async () => {
    const stage = await new ConductorStage({ injectTakesMs: 500, leadS: 2 }).start().pass(1);
    stage.conductor.stop("interrupted by SIGINT");
    await stage.pass(3);
    expect(stage.events).not.toContain("fault-due");
  });

  test("and is not done in time is taken back, once more when it is done at last", async () => {
    const stage = await new ConductorStage({ injectTakesMs: 95_000 }).start().pass(100);
    expect(await stage.seen()).toMatchObject({
      status: "failed",
      because: "it was not injected within 90 s",
      undoneAtS: 97,
    });
  });

  test("and never is done leaks, whatever is seen of it", async () => {
    const stage = await new ConductorStage({ injectTakesMs: forEver }).start().pass(155);
    expect(await stage.seen()).toMatchObject({ status: "leaked", because: "it is still being injected" });
    expect(stage.journal.mendedIds).toEqual([]);
  });

  test.each([
    { launcher: "processes", end: "fault-left" },
    { launcher: "external", end: "fault-leaked" },
  ] as const)("is taken back at once when the run is broken off: $launcher", async ({ launcher, end }) => {
    const stage = await new ConductorStage({ injectTakesMs: forEver }, { launcher }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    await stage.pass(3.2);
    expect(await stage.seen()).toMatchObject({ stoppedAtS: 5 });
    expect(stage.asked).toContain("undo");
    expect(stage.events.at(-1)).toBe(end);
  });
});

describe("what takes long to be taken back", () => {
  const script = { bitesAtLook: 1, limitMs: 45_000, undoTakesMs: 75_000 };

  test("has a minute, and as long as its user says that it and a look may take", async () => {
    const stage = await new ConductorStage(script, { launcher: "external" }).start().pass(90);
    expect(await stage.seen()).toMatchObject({ status: "effective", stoppedAtS: 12, undoneAtS: 87 });
  });

  test("leaks when that was not enough", async () => {
    const never = { ...script, undoneAtTry: forEver };
    const stage = await new ConductorStage(never, { launcher: "external" }).start().pass(165);
    expect(await stage.seen()).toMatchObject({ status: "leaked" });
  });

  test("has that beside the three seconds when the run is broken off", async () => {
    const stage = await new ConductorStage(script, { launcher: "external" }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    await stage.pass(80);
    expect(await stage.seen()).toMatchObject({ status: "effective", stoppedAtS: 5, undoneAtS: 80 });
  });
});

test("an account that never comes keeps nobody waiting", async () => {
  const stage = await new ConductorStage({ bitesAtLook: 1, accountTakesMs: forEver }).start().pass(43);
  expect(await stage.seen()).toMatchObject({ status: "effective", effect: "bites at look 1" });
  expect(stage.events).toContain("fault-not-measured");
});

describe("what is not made good within a minute", () => {
  const script = { bitesAtLook: 1, undoneAtTry: forEver };
  const mends = [{ mend: "leftover", path: "/nowhere/stagebench-fault-a" }] as const;

  test.each([
    { why: "it was ended in a target of ours", script: { undo: "compensable" } },
    { why: "it should have been over by itself", script: { undo: "self-limiting" } },
    {
      why: "what it was done to did not come up again",
      script: { undo: "compensable", mends },
      isDown: () => true,
    },
  ] as const)(
    "goes with the target, and has failed, when $why",
    async ({ why: _, script: more, ...rest }) => {
      const stage = await new ConductorStage({ ...script, ...more }, rest).start().pass(75);
      const seen = await stage.seen();
      expect(seen).toMatchObject({
        status: "failed",
        because: expect.stringContaining("it was not made good in time: try"),
      });
      expect(seen).not.toHaveProperty("manual");
      expect(seen.undoneAtS).toBeUndefined();
      expect(stage.events.at(-1)).toBe("fault-left");
    },
  );

  test.each([
    { why: "it could be taken back by hand", script: { undo: "reversible" } },
    { why: "it could be made good by hand", script: { undo: "compensable", mends } },
    { why: "the system is somebody's own", script: { undo: "compensable" }, launcher: "external" },
    { why: "the target is kept", script: { undo: "compensable" }, isKept: true },
    {
      why: "the target is kept, and what it was done to is down",
      script: { undo: "compensable", mends },
      isKept: true,
      isDown: () => true,
    },
    { why: "it goes on in a target that is kept", script: { undo: "self-limiting" }, isKept: true },
  ] as const)("leaks when $why", async ({ why: _, script: more, ...rest }) => {
    const stage = await new ConductorStage({ ...script, ...more }, rest).start().pass(75);
    expect(await stage.seen()).toMatchObject({ status: "leaked" });
  });
});
