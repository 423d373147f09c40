import { expect, test } from "vitest";
import type { AgentLink } from "../../controller/front-door.ts";
import { readClocks } from "../../controller/start-line.ts";
import type { JoinRequest } from "../../proto/generated/bench.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

type Say = NonNullable<JoinRequest["say"]>;

interface Distant {
  readonly host?: string;
  /** Added to our clock. */
  readonly offsetMs: number;
  /** Way there and way back of each exchange, in turn; the last for all that follow. */
  readonly waysMs: readonly (readonly [thereMs: number, backMs: number])[];
}

const never = new AbortController().signal;

/** An agent at the end of a slow line. */
function distant(clock: ManualClock, index: number, { host = "here", offsetMs, waysMs }: Distant) {
  let hear: (say: Say) => void = () => {};
  let asked = 0;
  const link: AgentLink = {
    index,
    pid: 1,
    host,
    listen: (listener) => (hear = listener),
    onGone: () => {},
    send: (say) => {
      if (say.$case !== "clock") return;
      const { id } = say.value;
      const [thereMs, backMs] = waysMs[Math.min(asked++, waysMs.length - 1)]!;
      clock.after(thereMs, () => {
        const agentMs = clock.nowMs() + offsetMs;
        clock.after(backMs, () => hear({ $case: "clock", value: { id, agentMs } }));
      });
    },
  };
  return { link, asked: () => asked };
}

/** Lets time pass until it is done. */
async function passing<T>(clock: ManualClock, work: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const fromMs = clock.nowMs();
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  done.catch(() => {});
  while (!isDone) {
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    if (!isDone) clock.pass(1);
  }
  return { result: await done, tookMs: clock.nowMs() - fromMs };
}

test("the shortest of all round trips is believed, and half of it is the stated error", async () => {
  const clock = new ManualClock();
  const agent = distant(clock, 0, {
    offsetMs: 5_000,
    waysMs: [
      [9, 3],
      [1, 3],
      [20, 20],
    ],
  });
  const { result } = await passing(clock, readClocks([agent.link], clock, never));
  expect(result).toEqual([{ offsetMs: 5_000 - 1, errorMs: 2 }]);
  expect(agent.asked()).toBe(15);
});

test("a clock that is known well enough is not asked on and on", async () => {
  const clock = new ManualClock();
  const agent = distant(clock, 0, { offsetMs: -7, waysMs: [[0, 0]] });
  const { result } = await passing(clock, readClocks([agent.link], clock, never));
  expect(result).toEqual([{ offsetMs: -7, errorMs: 0 }]);
  expect(agent.asked()).toBe(5);
});

test("hosts are read side by side, agents of one host after one another, and none is mixed up", async () => {
  const clock = new ManualClock();
  const far = (index: number, host: string) =>
    distant(clock, index, { host, offsetMs: index * 100, waysMs: [[1, 1]] }).link;
  const eight = await passing(
    clock,
    readClocks(
      Array.from({ length: 8 }, (_, index) => far(index, `host ${index}`)),
      clock,
      never,
    ),
  );
  expect(eight.result.map(({ offsetMs }) => offsetMs)).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
  const two = await passing(clock, readClocks([far(0, "a"), far(1, "a")], clock, never));
  expect(two.tookMs).toBeGreaterThanOrEqual(eight.tookMs * 1.9);
});

test("an agent that does not answer is named", async () => {
  const clock = new ManualClock();
  const silent = distant(clock, 3, { offsetMs: 0, waysMs: [[1e9, 0]] });
  await expect(passing(clock, readClocks([silent.link], clock, never))).rejects.toMatchObject({
    kind: "agents",
    message: "agent 3 did not tell its clock within 3 s",
  });
});

test("whoever stops the run need not wait for a clock", async () => {
  const clock = new ManualClock();
  const stop = new AbortController();
  const silent = distant(clock, 0, { offsetMs: 0, waysMs: [[1e9, 0]] });
  const reading = readClocks([silent.link], clock, stop.signal);
  stop.abort(new Error("interrupted"));
  await expect(reading).rejects.toThrow("interrupted");
  expect(clock.timers).toBe(1);
});
