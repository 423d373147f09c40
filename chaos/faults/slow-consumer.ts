/** Whoever works off the queue is slower than those who fill it: what was promised waits. */
import { sleep } from "../../base/clock.ts";
import type { Fault } from "../fault.ts";
import { cpuLimitOf } from "../machines/cpu-limit.ts";
import { budgetProblems, machineOf } from "../machines/machine-of.ts";
import { performMend } from "../mend.ts";
import { queueProblems } from "../queue-problems.ts";
import { shareIn } from "../share.ts";
import { depthOf, openNats, type QueueDepth } from "../stores/nats.ts";
import { untilDue } from "../until-due.ts";

const BASELINE_S = 1;
/** An order that waits this long was not held up by chance: written at once it takes a few milliseconds. Our choice. */
const LEAST_WAIT_MS = 300;
/** Of what left before, the share that may still leave: below, it is the consumer, however much comes in. Our choice. */
const MOST_LEAVING_RATIO = 0.5;
/** Of what came in before, what may come in now without being a burst by which promises wait by themselves. Our choice. */
const MOST_COMING_RATIO = 1.5;
/** In a shorter time too little leaves to tell how much does. Our choice. */
const LEAST_SPAN_MS = 1_000;

export const slowConsumer: Fault = {
  name: "slow-consumer",
  does: "leaves an order worker only a share of its CPU budget, so that promises wait in the queue",
  place: "node",
  only: { what: "an order worker", fits: ({ component }) => component === "order-worker" },
  value: { means: "the share that is left, above 0% and below 100%", usual: "10%" },
  lasts: "while",
  undo: "reversible",
  plan({ nodes: [name = ""], value = "" }, outlook) {
    const machine = outlook.launcher === "external" ? undefined : machineOf(outlook, name);
    return {
      mechanism: `CPU budget of its machine cut to ${value}`,
      problems: [
        ...((shareIn(value) ?? 1) < 1 ? [] : [`"${value}" is not a share above 0% and below 100%`]),
        ...budgetProblems(outlook),
        ...queueProblems(outlook),
      ],
      takes: [`CPU of ${machine?.name ?? name}`],
    };
  },
  leadS: () => BASELINE_S,
  async prepare({ nodes: [name = ""], value = "" }, ground) {
    const { members } = ground.outlook;
    const queue = members.find(({ component }) => component === "nats");
    if (queue === undefined) throw new Error("there is no queue that could grow");
    const { address } = ground.node(queue.name);
    const limit = await cpuLimitOf(ground.node(name));
    const { clock } = ground;
    const first = { at: clock.nowMs(), queue: await depthAt(address) };
    await sleep(BASELINE_S * 1_000, undefined, clock);
    const before = waiting(first, { at: clock.nowMs(), queue: await depthAt(address) });
    let from: Look | undefined;
    return {
      mends: limit.mends,
      async inject(signal) {
        await untilDue(ground, signal);
        from ??= { at: clock.nowMs(), queue: await depthAt(address) };
        await limit.cut(Math.max(1, machineOf(ground.outlook, name).cpuMillicores * (shareIn(value) ?? 1)));
      },
      async verify() {
        if (from === undefined) return undefined;
        return tellWaiting(before, waiting(from, { at: clock.nowMs(), queue: await depthAt(address) }));
      },
      async undo(signal) {
        from = undefined;
        for (const mend of limit.mends) await performMend(mend, signal);
      },
      verifyUndone: () => limit.remains(),
    };
  },
};

interface Look {
  /** Milliseconds of the clock. */
  readonly at: number;
  readonly queue: QueueDepth;
}

export interface Waiting {
  readonly depth: number;
  readonly oldestMs: number;
  /** Promises that left the queue, written or withdrawn. */
  readonly leftPerS: number;
  /** Promises that were put in. */
  readonly cameInPerS: number;
  readonly spanMs: number;
}

/** Between two looks. Pure. */
export function waiting(one: Look, later: Look): Waiting {
  const spanMs = later.at - one.at;
  const perS = (count: number) => (count / Math.max(1, spanMs)) * 1_000;
  const left = later.queue.left - one.queue.left;
  const { depth, oldestMs } = later.queue;
  return { depth, oldestMs, leftPerS: perS(left), cameInPerS: perS(left + depth - one.queue.depth), spanMs };
}

/**
 * A sentence when promises wait because of who works them off: far fewer leave than before; or no more come in than
 * before, and they wait that did not. In a burst promises wait as well, and leave as they did. Pure.
 */
export function tellWaiting(before: Waiting, now: Waiting): string | undefined {
  if (now.oldestMs < LEAST_WAIT_MS || now.spanMs < LEAST_SPAN_MS) return undefined;
  const isSlower = now.leftPerS < before.leftPerS * MOST_LEAVING_RATIO;
  const isBurst = now.cameInPerS > before.cameInPerS * MOST_COMING_RATIO;
  const waited = before.oldestMs >= LEAST_WAIT_MS;
  if (!isSlower && (waited || isBurst)) return undefined;
  return `${inWords(now)} (before: ${inWords(before)})`;
}

const inWords = ({ depth, oldestMs, leftPerS }: Waiting): string =>
  `${depth} promises wait in the queue, the oldest for ${Math.round(oldestMs)} ms, and ${leftPerS.toFixed(1)} leave in a second`;

async function depthAt(address: string): Promise<QueueDepth> {
  const connection = await openNats(address);
  try {
    return await depthOf(connection, Date.now());
  } finally {
    await connection.close();
  }
}
