import { expect, test } from "vitest";
import { type BeatWriter, Heartbeat } from "../../../chaos/database/heartbeat.ts";
import { StalenessProbe } from "../../../chaos/database/staleness-probe.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

const startEpochMs = 1_000_000;
const newClock = () => new ManualClock({ epochMs: startEpochMs });

/** Whatever waits for time or for each other comes as far as it can. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.pass(10);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

/** A primary that takes what is written at once, unless it is down. */
class Primary implements BeatWriter {
  isDown = false;
  closed = 0;
  stampMs: number | null = null;

  async write(stampMs: number): Promise<void> {
    if (this.isDown) throw new Error("it is down");
    this.stampMs = stampMs;
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

test("a beat comes every 100 ms, and for two seconds after it was last asked for", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const heartbeat = new Heartbeat(primary, clock);
  heartbeat.keepUp();
  await pass(clock, 1_000);
  heartbeat.keepUp();
  await pass(clock, 10_000);
  const stamps = heartbeat.beats.map(({ stampMs }) => stampMs - startEpochMs);
  expect(stamps).toEqual(Array.from({ length: 30 }, (_, n) => n * 100));
  expect([primary.closed, clock.timers]).toEqual([1, 0]);
});

test("a beat that fails was not written, and the next one tries anew", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const heartbeat = new Heartbeat(primary, clock);
  heartbeat.keepUp();
  await pass(clock, 150);
  primary.isDown = true;
  await pass(clock, 300);
  primary.isDown = false;
  await pass(clock, 100);
  expect(heartbeat.beats.map(({ stampMs }) => stampMs - startEpochMs)).toEqual([0, 100, 500]);
});

test("at rest nothing beats any more, and it can be asked for again", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const heartbeat = new Heartbeat(primary, clock);
  heartbeat.keepUp();
  await pass(clock, 100);
  const rest = heartbeat.rest();
  await pass(clock, 200);
  await rest;
  const before = heartbeat.beats.length;
  await pass(clock, 1_000);
  expect(heartbeat.beats).toHaveLength(before);
  heartbeat.keepUp();
  await pass(clock, 100);
  expect(heartbeat.beats.length).toBeGreaterThan(before);
});

/** Two replicas by turns, the second of which stands still from the moment it is told to. */
function behindOne(primary: Primary) {
  const stood = { stampMs: undefined as number | null | undefined };
  let turn = 0;
  const read = async () =>
    turn++ % 2 === 1 && stood.stampMs !== undefined ? stood.stampMs : primary.stampMs;
  return { stood, read };
}

async function looked(probe: StalenessProbe, clock: ManualClock) {
  const look = probe.look();
  look.catch(() => {});
  await pass(clock, 50);
  return look;
}

test("half of the reads are behind when one of two replicas stands still, and by as long as it does", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const { stood, read } = behindOne(primary);
  const heartbeat = new Heartbeat(primary, clock);
  const probe = new StalenessProbe({ heartbeat, clock, throughShop: [read], atReplica: read });
  expect((await looked(probe, clock)).readsMs).toEqual(Array(8).fill(0));
  stood.stampMs = primary.stampMs;
  await pass(clock, 1_500);
  const { readsMs, how } = await looked(probe, clock);
  expect(how).toBe("through the shop");
  expect(readsMs.filter((each) => each === 0)).toHaveLength(4);
  expect(Math.max(...readsMs)).toBeGreaterThanOrEqual(1_400);
  expect(Math.max(...readsMs)).toBeLessThanOrEqual(1_600);
});

test("a replica that no application reads by itself is read directly, and that is said", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const heartbeat = new Heartbeat(primary, clock);
  const probe = new StalenessProbe({
    ...{ heartbeat, clock },
    throughShop: [async () => undefined],
    atReplica: async () => primary.stampMs,
  });
  const { readsMs, how } = await looked(probe, clock);
  expect(readsMs).toEqual([0]);
  expect(how).toContain("at the replica itself");
});

test("a look without any answer is no look, and a way in that is shut does not hide the others", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const heartbeat = new Heartbeat(primary, clock);
  const shut = async () => {
    throw new Error("nobody answers");
  };
  const both = { heartbeat, clock, atReplica: shut };
  const none = new StalenessProbe({ ...both, throughShop: [shut] });
  await expect(looked(none, clock)).rejects.toThrow("nobody answers");
  const one = new StalenessProbe({ ...both, throughShop: [shut, async () => primary.stampMs] });
  expect((await looked(one, clock)).readsMs).toHaveLength(8);
});

test("whether it is over is seen at the replica itself where every way in is shut, and not at all where that is, too", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  const heartbeat = new Heartbeat(primary, clock);
  const shut = async () => {
    throw new Error("nobody answers");
  };
  const back = async (atReplica: () => Promise<number | null>) => {
    const probe = new StalenessProbe({ heartbeat, clock, throughShop: [shut], atReplica });
    const seen = probe.lookBack();
    await pass(clock, 50);
    return seen;
  };
  const stood = primary.stampMs;
  expect(await back(async () => primary.stampMs)).toEqual({
    readsMs: [0],
    how: "at the replica itself (no shop answered)",
  });
  await pass(clock, 1_000);
  expect((await back(async () => stood))?.readsMs[0]).toBeGreaterThan(900);
  expect(await back(shut)).toBeUndefined();
});

test("where the primary takes no writes nothing can be said", async () => {
  const [clock, primary] = [newClock(), new Primary()];
  primary.isDown = true;
  const heartbeat = new Heartbeat(primary, clock);
  const read = async () => primary.stampMs;
  const probe = new StalenessProbe({ heartbeat, clock, throughShop: [read], atReplica: read });
  const look = probe.look();
  look.catch(() => {});
  await pass(clock, 4_000);
  await expect(look).rejects.toThrow("could not be written");
});
