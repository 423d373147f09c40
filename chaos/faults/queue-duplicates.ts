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
import { shareIn } from "../share.ts";
import { type Doubler, openDoubler } from "../stores/nats-doubler.ts";
import { untilDue } from "../until-due.ts";

const ASK_LIMIT_MS = 1_000;
/** Workers have few promises in hand, and each is written in milliseconds. Our choice. */
const LEAST_QUIET_MS = 500;

export const queueDuplicates: Fault = {
  name: "queue-duplicates",
  does: "puts a share of all promises into the queue a second time, so that the order workers are given them twice",
  place: "target",
  value: { means: "share of the promises", usual: "20%" },
  lasts: "while",
  undo: "self-limiting",
  plan({ value = "" }, { members }) {
    const problems: string[] = [];
    if (shareIn(value) === undefined) problems.push(`"${value}" is not a share above 0% and up to 100%`);
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
    let doubler: Doubler | undefined;
    let counts: Doubler["counts"] = { heard: 0, doubled: 0 };
    const first = await writtenAgain(workers);
    let last = first;
    let lastMs = clock.nowMs();
    /** How many more since it was asked last. */
    const news = async () => {
      const now = await writtenAgain(workers);
      const more = Math.max(0, now - last);
      last = now;
      if (more > 0) lastMs = clock.nowMs();
      return more;
    };
    return {
      // Our connection ends with us, and with it the doubling; what is in the queue then is worked off.
      mends: [],
      async inject(signal) {
        if (doubler !== undefined) return;
        await untilDue(ground, signal);
        doubler = await openDoubler(queue!.address, id, () => chance.happens(share));
      },
      async verify() {
        if (doubler === undefined) return undefined;
        const more = await news();
        return more === 0
          ? undefined
          : `order workers were given ${more} promises that they had written already`;
      },
      async undo() {
        const open = doubler;
        doubler = undefined;
        if (open !== undefined) lastMs = clock.nowMs();
        await open?.close();
        if (open !== undefined) counts = open.counts;
      },
      async verifyUndone() {
        if (doubler !== undefined) return "the second publisher is still at the queue";
        await news();
        return clock.nowMs() - lastMs < LEAST_QUIET_MS
          ? "order workers may still have some in hand"
          : undefined;
      },
      async account() {
        const foundWritten = Math.max(0, last - first);
        return {
          sentence: `${counts.doubled} of ${counts.heard} promises were put in twice, and ${foundWritten} were written already`,
          figures: { ...counts, foundWritten },
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
      const { again, redelivered } = (await answer.json()) as { again: number; redelivered: number };
      return again - redelivered;
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}
