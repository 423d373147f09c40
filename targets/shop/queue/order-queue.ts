/** The queue as the sale desk sees it: a promise is put in, acknowledged, and can be asked for while it waits. */
import { JetStreamApiError, type JetStreamManager } from "@nats-io/jetstream";
import { RequestError } from "@nats-io/transport-node";
import { NotDone } from "../data/not-done.ts";
import type { SaleRow } from "../data/sales.ts";
import type { Attempt } from "../sale/strategy.ts";
import type { Streams } from "./nats-link.ts";
import { encoded, messageOf, subjectOfKey, subjectOfSale } from "./order-message.ts";
import type { Pause } from "./pause.ts";
import { ordersStream } from "./streams.ts";

/** `duplicate`: the key was sent before, and what came of it then is not known here. */
export type Sent = "stored" | "duplicate";

export interface OrderQueueOptions {
  readonly link: { readonly streams: Streams | undefined };
  /** Told of every promise that was to be put in. */
  observe(outcome: Sent | "refused" | "unknown"): void;
  readonly pause: Pause;
  nowMs(): number;
  /** Nothing is sent by itself any more. */
  readonly signal: AbortSignal;
}

/** A shopper waits for it; longer than the server needs to find out that it is not well. */
const STORE_LIMIT_MS = 1_500;
const LOOK_EVERY_MS = 50;
const SEND_AGAIN_MS = 250;

export class OrderQueue {
  readonly #options: OrderQueueOptions;
  /** Keys of promises that may have been stored, or not. */
  readonly #doubtful = new Set<string>();

  constructor(options: OrderQueueOptions) {
    this.#options = options;
  }

  /** Promises that may have been stored, and are sent again. */
  get doubtful(): number {
    return this.#doubtful.size;
  }

  /**
   * Puts the promise in; when this resolves it is stored.
   * @throws {NotDone} when it was surely not stored
   * @throws {Error} when that is unknown; it is sent again then, by itself, until it surely is
   */
  async send(sale: SaleRow, attempt: Attempt): Promise<Sent> {
    const { observe } = this.#options;
    try {
      const sent = await this.#store(sale, attempt);
      observe(sent);
      return sent;
    } catch (error) {
      const refusal = refusalIn(error);
      observe(refusal ? "refused" : "unknown");
      if (refusal === undefined) void this.#insist(sale, attempt);
      throw refusal ?? error;
    }
  }

  /** Whether the promise under the key is not written yet. @throws {Error} when the queue cannot be asked */
  async holds(key: string, saleId: number | undefined): Promise<boolean> {
    return isThere(this.#streams().manager, subjectOfKey(key, saleId));
  }

  /**
   * Waits until every promise of the sale is written or withdrawn, for at most `limitMs`.
   * @throws {NotDone} when some are still waiting then, or the queue cannot be asked
   */
  async drained(saleId: number, limitMs: number): Promise<void> {
    const { nowMs, pause } = this.#options;
    const untilMs = nowMs() + limitMs;
    const subject = subjectOfSale(saleId);
    for (let isLast = false; ; isLast = nowMs() >= untilMs) {
      try {
        const isWaiting = this.#doubtful.size > 0 || (await isThere(this.#streams().manager, subject));
        if (!isWaiting) return;
        if (isLast)
          throw new NotDone("full", `after ${limitMs / 1_000} s orders of sale ${saleId} still wait`);
      } catch (error) {
        if (isLast) throw error instanceof NotDone ? error : unreachable(error);
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  async #store(sale: SaleRow, attempt: Attempt): Promise<Sent> {
    const subject = subjectOfKey(attempt.key, sale.saleId);
    const { duplicate } = await this.#streams().client.publish(subject, encoded(messageOf(sale, attempt)), {
      ...{ msgID: attempt.key, timeout: STORE_LIMIT_MS, expect: { streamName: ordersStream } },
    });
    return duplicate ? "duplicate" : "stored";
  }

  /**
   * Whoever got no answer cannot know whether the promise is stored, and nor can we. Once it surely is, it comes to an
   * end like any other; if it were left alone, its unit might stay reserved for nobody.
   */
  async #insist(sale: SaleRow, attempt: Attempt): Promise<void> {
    const { pause, signal } = this.#options;
    if (this.#doubtful.has(attempt.key)) return;
    this.#doubtful.add(attempt.key);
    for (let isStored = false; !isStored && !signal.aborted; ) {
      await pause(SEND_AGAIN_MS);
      isStored = await this.#store(sale, attempt).then(Boolean, () => false);
    }
    this.#doubtful.delete(attempt.key);
  }

  #streams(): Streams {
    const { streams } = this.#options.link;
    if (streams === undefined) throw new NotDone("unreachable", "the queue is not connected");
    return streams;
  }
}

/** A subject may have stars in it. */
async function isThere({ streams }: JetStreamManager, subject: string): Promise<boolean> {
  return (await streams.getMessage(ordersStream, { last_by_subj: subject })) !== null;
}

/** Why it was surely not stored; undefined when it may have been. */
function refusalIn(error: unknown): NotDone | undefined {
  if (error instanceof NotDone) return error;
  // The server answered with an error of its own: the stream is full, or there is no room on its disk.
  if (error instanceof JetStreamApiError) return new NotDone("full", `the queue: ${error.message}`, error);
  // Nobody took the message: the streams are not there.
  const { cause } = error as Error;
  if (cause instanceof RequestError && cause.isNoResponders()) return unreachable(error);
  return undefined;
}

const unreachable = (error: unknown) => new NotDone("unreachable", "the queue does not answer", error);
