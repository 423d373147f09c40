/** Listens to what is put into the queue, and puts some of it in once more. */
import type { Msg } from "@nats-io/transport-node";
import { allOrders, openNats, ordersStream } from "./nats.ts";

export interface Doubler {
  /** Promises that others put in, and those of them that were put in again. */
  readonly counts: { readonly heard: number; readonly doubled: number };
  /** Those that were put in again and may not have been worked off yet. @throws when the queue does not answer */
  waiting(): Promise<number>;
  /**
   * Nothing is doubled any more. What was stays in: taken out it would take the memory of its subject along, by which the
   * shop knows that a promise waits (seen with NATS 2.9).
   */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Says that a message is one of ours, or we would double it again. */
const mark = "Stagebench-Duplicate";

/**
 * @param name begins the numbers of its messages: no two of them, and none of anybody else, are alike
 * @param isWanted asked of every message
 * @throws when the queue does not answer
 */
export async function openDoubler(address: string, name: string, isWanted: () => boolean): Promise<Doubler> {
  const { headers } = await import("@nats-io/transport-node");
  const { jetstream, jetstreamManager } = await import("@nats-io/jetstream");
  const connection = await openNats(address);
  const stream = jetstream(connection);
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const since = Date.now();
  const stored: number[] = [];
  const underWay = new Set<Promise<void>>();
  let [heard, count] = [0, 0];
  const double = async ({ subject, data }: Msg) => {
    const marked = headers();
    marked.set(mark, "1");
    const msgID = `${name} ${since} ${++count}`;
    const { seq } = await stream.publish(subject, data, { headers: marked, msgID });
    stored.push(seq);
  };
  const subscription = connection.subscribe(allOrders, {
    callback(error, message) {
      if (error !== null || message.headers?.has(mark)) return;
      heard++;
      if (!isWanted()) return;
      // A queue that is full, or gone, takes no duplicates either.
      const doubling = double(message)
        .catch(() => {})
        .finally(() => underWay.delete(doubling));
      underWay.add(doubling);
    },
  });
  await connection.flush();
  return {
    get counts() {
      return { heard, doubled: stored.length };
    },
    async waiting() {
      const { state } = await manager.streams.info(ordersStream);
      return stored.filter((seq) => seq >= state.first_seq).length;
    },
    async stop() {
      subscription.unsubscribe();
      await Promise.all(underWay);
    },
    close: () => connection.close(),
  };
}
