/** In which order a fault is carried out, when its clocks start, and what is left of it when something fails. */
import { describe, expect, test } from "vitest";
import { ConductorStage } from "../fakes/conductor-stage.ts";
import { scheduled } from "../fakes/scripted-fault.ts";

describe("a fault that bites", () => {
  test("is made ready, written down, injected, seen, taken back, seen to be gone, and told", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 2 }).start().pass(13);
    expect(stage.asked).toEqual([
      ...["prepare", "look before", "written down", "inject", "look", "look", "undo", "look back", "told"],
    ]);
    expect(stage.events).toEqual(["fault-due", "fault-injected", "fault-seen", "fault-mended"]);
  });

  test("has clocks that start at what was seen, not at the command", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 5, undoneAtTry: 3 }).start().pass(13);
    expect(await stage.seen()).toMatchObject({
      status: "effective",
      effect: "bites at look 5",
      requestedAtS: 2,
      injectedAtS: 2,
      effectAtS: 2.2,
      stoppedAtS: 12,
      undoneAtS: 12.1,
    });
  });

  test("of one instant is taken back as soon as it was seen", async () => {
    const { forS: _, ...once } = scheduled();
    const stage = await new ConductorStage({ bitesAtLook: 2 }, { faults: [once] }).start().pass(3);
    expect(await stage.seen()).toMatchObject({ status: "effective", effectAtS: 2.05, undoneAtS: 2.05 });
  });

  test("may last, by the journal, a little longer than planned before its keeper mends it", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1 }).start().pass(3);
    expect(stage.journal.entries).toEqual([
      { id: "scripted:shop-1@2", mends: [], forMs: 17_000, isOwn: true },
    ]);
  });
});

test("what its keeper could not write down is not injected", async () => {
  const stage = await new ConductorStage({}, { journalFails: "the disk is full" }).start().pass(3);
  expect(stage.asked).toEqual(["prepare", "look before", "written down"]);
  expect(await stage.seen()).toMatchObject({ status: "failed", because: "the disk is full" });
});

describe("what watches from when it is made ready", () => {
  test("is closed at the end, after all else", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1, closes: "done" }).start().pass(13);
    expect(stage.asked.slice(-4)).toEqual(["undo", "look back", "told", "close"]);
    expect(await stage.seen()).toMatchObject({ status: "effective" });
  });

  test("is closed when its keeper could not write it down, and not injected", async () => {
    const stage = await new ConductorStage({ closes: "done" }, { journalFails: "the disk is full" })
      .start()
      .pass(3);
    expect(stage.asked).toEqual(["prepare", "look before", "written down", "close"]);
    expect(await stage.seen()).toMatchObject({ status: "failed", because: "the disk is full" });
  });

  test("is closed when the run was broken off while it was made ready", async () => {
    const stage = new ConductorStage({ closes: "done" }).start();
    stage.clock.pass(2_000);
    stage.conductor.stop("the guard died");
    await stage.pass(1);
    expect(await stage.seen()).toMatchObject({ status: "not-reached" });
    expect(stage.asked.at(-1)).toBe("close");
  });

  test.each([
    { closes: "fails", because: "it goes on watching" },
    { closes: "never", because: "it still watched after 1 s" },
  ] as const)("keeps nobody waiting when it $closes, and says so", async ({ closes }) => {
    const stage = await new ConductorStage({ bitesAtLook: 1, closes }).start().pass(14);
    expect(await stage.seen()).toMatchObject({ status: "effective", undoneAtS: 12 });
    expect(stage.events.at(-1)).toBe("fault-not-closed");
  });
});

test("what cannot be made ready is not written down", async () => {
  const stage = await new ConductorStage({ prepareFails: "shop-1 is down" }).start().pass(3);
  expect(stage.asked).toEqual(["prepare"]);
  expect(await stage.seen()).toMatchObject({ status: "failed", because: "shop-1 is down" });
});

test("a half-done injection is still fully mended", async () => {
  const stage = await new ConductorStage({ injectFails: "one of two was stopped" }).start().pass(3);
  expect(stage.asked).toEqual([
    ...["prepare", "look before", "written down", "inject", "undo", "look back", "told"],
  ]);
  expect(await stage.seen()).toMatchObject({ status: "failed", because: "one of two was stopped" });
  expect((await stage.seen()).injectedAtS).toBeUndefined();
});

test("a fault of which nobody could see anything is vacuous, and taken back all the same", async () => {
  const stage = await new ConductorStage({}).start().pass(13);
  expect(await stage.seen()).toMatchObject({
    status: "vacuous",
    because: "it was carried out, and no effect was seen in 10 s",
  });
  expect(stage.asked.at(-1)).toBe("told");
});

test("a look that never ends does not keep a fault on for longer than planned", async () => {
  const stage = await new ConductorStage({ looksForEver: true }).start().pass(13);
  expect(await stage.seen()).toMatchObject({ status: "vacuous", stoppedAtS: 12, undoneAtS: 12 });
});

test("a look that never ends whether it is gone ends as a leak", async () => {
  const stage = await new ConductorStage({ bitesAtLook: 1, looksBackForEver: true }).start().pass(75);
  expect(await stage.seen()).toMatchObject({ status: "leaked", because: "it was not gone in time" });
});

test("a fault that cannot be taken back leaks, is said so, and stays in the journal", async () => {
  const mends = [{ mend: "signal", signal: "SIGCONT", processes: [{ pid: 77 }] }] as const;
  const script = {
    bitesAtLook: 1,
    undoneAtTry: 1e9,
    mends: [{ ...mends[0], processes: [...mends[0].processes] }],
  };
  const stage = await new ConductorStage(script).start().pass(75);
  expect(await stage.seen()).toMatchObject({
    status: "leaked",
    because: expect.stringContaining("failed"),
    manual: ["kill -CONT 77"],
  });
  expect(stage.journal.mendedIds).toEqual([]);
  expect(stage.events.at(-1)).toBe("fault-leaked");
});

describe("broken off", () => {
  test("before its turn it is not reached, and nothing is done", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1 }).start().pass(1);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "not-reached", because: "interrupted by SIGINT" });
    expect(stage.asked).toEqual([]);
  });

  test("in the middle it is taken back at once", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1 }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "effective", stoppedAtS: 5, undoneAtS: 5 });
    expect(stage.asked.slice(-3)).toEqual(["undo", "look back", "told"]);
  });

  test("in the middle of a look that never ends it is taken back at once", async () => {
    const stage = await new ConductorStage({ looksForEver: true }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "vacuous", undoneAtS: 5 });
  });

  test("while it was made ready it is not injected any more", async () => {
    const stage = new ConductorStage({ bitesAtLook: 1 }).start();
    stage.clock.pass(2_000);
    stage.conductor.stop("the guard died");
    await stage.pass(1);
    expect(await stage.seen()).toMatchObject({ status: "not-reached" });
    expect(stage.asked).not.toContain("inject");
    expect(stage.journal.mendedIds).toHaveLength(stage.journal.entries.length);
  });

  test("while it was written down, nobody waits for that, and it is not injected", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1, closes: "done" }, { journalHangs: true })
      .start()
      .pass(3);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ status: "not-reached", because: "interrupted by SIGINT" });
    expect(stage.asked).not.toContain("inject");
    expect(stage.asked.slice(-2)).toEqual(["told", "close"]);
  });

  test("a node of ours that is down is left down, for it goes with the run", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1, undo: "compensable" }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    const seen = await stage.seen();
    expect(seen).toMatchObject({ status: "effective", stoppedAtS: 5 });
    expect(seen.undoneAtS).toBeUndefined();
    expect(stage.asked).not.toContain("undo");
    expect(stage.events.at(-1)).toBe("fault-left");
  });

  test("in a target that is kept it is made good all the same", async () => {
    const script = { bitesAtLook: 1, undo: "compensable" } as const;
    const stage = await new ConductorStage(script, { isKept: true }).start().pass(5);
    stage.conductor.stop("the run is over");
    await stage.pass(1);
    expect(await stage.seen()).toMatchObject({ status: "effective", undoneAtS: expect.any(Number) });
    expect(stage.asked).toContain("undo");
    expect(stage.events.at(-1)).toBe("fault-mended");
  });

  test("because a node of ours died, what was done to that node goes with it", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1, undoneAtTry: 1e9 }, { isDown: () => true })
      .start()
      .pass(5);
    stage.conductor.stop("shop-1 died");
    await stage.pass(0.1);
    expect(await stage.seen()).toMatchObject({ status: "effective", stoppedAtS: 5 });
    expect(stage.asked).toContain("undo");
    expect(stage.events.at(-1)).toBe("fault-left");
  });

  test.each([
    { status: "effective", why: "the target is ours, and goes", undoneAtTry: 1, launcher: "processes" },
    { status: "leaked", why: "it could not be taken back either", undoneAtTry: 1e9, launcher: "processes" },
    { status: "leaked", why: "the target is somebody's own", undoneAtTry: 1, launcher: "external" },
  ] as const)(
    "and nobody can be asked whether it is gone: $status when $why",
    async ({ status, launcher, undoneAtTry }) => {
      const script = { bitesAtLook: 1, looksBackFails: "nobody answers", undoneAtTry };
      const stage = await new ConductorStage(script, { launcher }).start().pass(5);
      stage.conductor.stop("all shops died");
      await stage.pass(3.1);
      expect(await stage.seen()).toMatchObject({ status });
    },
  );

  test.each([
    { status: "effective", why: "the target is ours, and goes", launcher: "processes" },
    { status: "leaked", why: "the target is somebody's own", launcher: "external" },
  ] as const)(
    "and it was taken back, and is not seen to be gone in three seconds: $status when $why",
    async ({ status, launcher }) => {
      const stage = await new ConductorStage({ bitesAtLook: 1, staysSeen: true }, { launcher })
        .start()
        .pass(5);
      stage.conductor.stop("the guard died");
      await stage.pass(3.1);
      expect(await stage.seen()).toMatchObject({ status });
      expect(stage.events.at(-1)).toBe(status === "leaked" ? "fault-leaked" : "fault-left");
    },
  );

  test.each([
    {
      why: "one of two nodes still lives",
      isDown: (name: string) => name === "shop-1",
      launcher: "processes",
    },
    { why: "the system is somebody's own", isDown: () => true, launcher: "external" },
  ] as const)("because a node died, it leaks all the same when $why", async ({ isDown, launcher }) => {
    const faults = [scheduled({ nodes: ["shop-1", "shop-2"] })];
    const script = { bitesAtLook: 1, undoneAtTry: 1e9 };
    const stage = await new ConductorStage(script, { faults, launcher, isDown }).start().pass(5);
    stage.conductor.stop("shop-1 died");
    await stage.pass(3.1);
    expect(await stage.seen()).toMatchObject({ status: "leaked" });
  });

  test("what is down in somebody's own system is started again", async () => {
    const script = { bitesAtLook: 1, undo: "compensable" } as const;
    const stage = await new ConductorStage(script, { launcher: "external" }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    expect(await stage.seen()).toMatchObject({ undoneAtS: 5 });
    expect(stage.asked).toContain("undo");
  });

  test("there are three seconds to take it back in, not a minute", async () => {
    const stage = await new ConductorStage({ bitesAtLook: 1, undoneAtTry: 1e9 }).start().pass(5);
    stage.conductor.stop("interrupted by SIGINT");
    await stage.pass(3.1);
    expect(await stage.seen()).toMatchObject({ status: "leaked" });
  });

  test("before the measured part began none is reached", async () => {
    const stage = new ConductorStage();
    stage.conductor.stop("the target died");
    expect(await stage.seen()).toMatchObject({ status: "not-reached" });
  });
});

test("what its keeper mended is over from then on, and says by whom", async () => {
  const stage = await new ConductorStage({ bitesAtLook: 1 }).start().pass(7);
  stage.journal.keeperMends("scripted:shop-1@2", "nothing was heard of the run for 5 s");
  stage.journal.keeperMends("another@1", "its time was over");
  await stage.pass(0.1);
  expect(await stage.seen()).toMatchObject({
    status: "effective",
    because: "it was mended by the guard: nothing was heard of the run for 5 s",
    stoppedAtS: 7,
  });
});

test("faults go on side by side: one that leaks does not keep another on", async () => {
  const faults = [scheduled({ id: "a", atS: 1 }), scheduled({ id: "b", atS: 3, forS: 1 })];
  const stage = await new ConductorStage({ bitesAtLook: 1 }, { faults }).start().pass(13);
  expect(await stage.conductor.settled()).toMatchObject([
    { id: "a", undoneAtS: 11 },
    { id: "b", undoneAtS: 4 },
  ]);
});
