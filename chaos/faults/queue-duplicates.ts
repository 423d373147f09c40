/**
 * The queue delivers what it was given more than once: some promises are put into it again, under message numbers of their
 * own, so that its own memory of numbers does not catch them.
 *
 * Orders are not doubled by it as long as the key of an attempt is unique where orders are written. A worker that wrote
 * without looking, over tables without that, would be refuted by the checks of the books: that is what they are there for.
 */
import { Random } from "../../base/random.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Fault } from "../fault.ts";
import { queueProblems } from "../queue-problems.ts";
import { shareIn } from "../share.ts";
import { type Doubler, openDoubler } from "../stores/nats-doubler.ts";
import { untilDue } from "../until-due.ts";

const ASK_LIMIT_MS = 1_000;
/** So long it is waited for what was put in twice to be worked off. Less than a run that is broken off has left. */
const WORKED_OFF_LIMIT_MS = 2_500;

export const queueDuplicates: Fault = {
  name: "queue-duplicates",
  does: "puts a share of all promises into the queue a second time, so that the order workers are given them twice",
  place: "target",
  value: { means: "share of the promises", usual: "20%" },
  lasts: "while",
  undo: "self-limiting",
  plan({ value = "" }, outlook) {
    const { members } = outlook;
    const problems: string[] = [];
    if (shareIn(value) === undefined) problems.push(`"${value}" is not a share above 0% and up to 100%`);
    if (members.some(({ component }) => component === "nats")) problems.push(...queueProblems(outlook));
    for (const component of ["nats", "order-worker"] as const)
      if (!members.some((each) => each.component === component))
        problems.push(
          `this target has no ${component}: promises go through a queue from stage-12 on, with --strategy F9`,
        );
    return { mechanism: "a second publisher at the queue", problems, takes: ["duplicates of the queue"] };
  },
  async prepare({ id, value = "" }, ground) {
    const share = shareIn(value) ?? 0;
    const named = (component: string) =>
      ground.outlook.members
        .filter((each) => each.component === component)
        .map(({ name }) => ground.node(name));
    const [queue] = named("nats");
    const workers = named("order-worker");
    const chance = new Random(ground.outlook.seed);
    const { clock } = ground;
    const first = await writtenAgain(workers);
    let last = first;
    let doubler: Doubler | undefined;
    let stoppedAtMs: number | undefined;
    let left = 0;
    let isClosed = false;
    return {
      // Our connection ends with us, and with it the doubling; what is in the queue then is worked off.
      mends: [],
      async inject(signal) {
        if (doubler !== undefined && stoppedAtMs === undefined) return;
        await untilDue(ground, signal);
        doubler = await openDoubler(queue!.address, id, () => chance.happens(share));
        [stoppedAtMs, isClosed] = [undefined, false];
      },
      async verify() {
        if (doubler === undefined || stoppedAtMs !== undefined) return undefined;
        const now = await writtenAgain(workers);
        const more = now - last;
        last = now;
        if (more > 0) return `order workers were given ${more} promises that they had written already`;
        // A worker that does not look whether it has written something before has nothing to tell: the queue has.
        const taken = doubler.counts.doubled - (await doubler.waiting());
        return taken > 0
          ? `the queue says that ${taken} promises that were put in twice were worked off twice`
          : undefined;
      },
      async undo() {
        if (doubler === undefined || stoppedAtMs !== undefined) return;
        stoppedAtMs = clock.nowMs();
        await doubler.stop();
      },
      async verifyUndone() {
        if (doubler === undefined) return undefined;
        if (stoppedAtMs === undefined) return "the second publisher is still at the queue";
        if (isClosed) return undefined;
        // A queue that is gone has taken our connection along, and with it all that we could know.
        left = await doubler.waiting().catch(() => 0);
        // Behind many others they may wait for long, and nobody can do anything about it.
        if (left > 0 && clock.nowMs() - stoppedAtMs < WORKED_OFF_LIMIT_MS)
          return `${left} promises that were put in twice still wait in the queue`;
        isClosed = true;
        await doubler.close();
        return undefined;
      },
      async account() {
        const found = Math.max(0, (await writtenAgain(workers)) - first);
        const { heard, doubled } = doubler?.counts ?? { heard: 0, doubled: 0 };
        const rest = left === 0 ? "" : `; ${left} still waited in the queue soon after it was over`;
        return {
          sentence: `${doubled} of ${heard} promises were put in twice, and ${found} times an order was written already${rest}`,
          figures: { heard, doubled, found, left },
        };
      },
    };
  },
};

/** Of all workers: promises they found written, without those that the queue itself delivered once more. */
async function writtenAgain(workers: readonly NodeHandle[]): Promise<number> {
  const counts = await Promise.all(
    workers.map(async ({ address }) => {
      const answer = await fetch(`http://${address}/queue`, { signal: AbortSignal.timeout(ASK_LIMIT_MS) });
      if (!answer.ok) throw new Error(`http://${address}/queue was answered with ${answer.status}`);
      const { again, redelivered } = (await answer.json()) as { again: number; redelivered: number };
      return again - redelivered;
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}
