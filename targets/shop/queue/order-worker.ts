/**
 * Takes promises for one shard from the queue, a bounded number at a time, and has each of them written. A promise leaves the queue
 * when it is written or withdrawn; when its worker dies it is delivered again; and when it has failed too often it is put
 * aside, where people can look at it.
 */
import type { JsMsg } from "@nats-io/jetstream";
import { headers, type MsgHdrs } from "@nats-io/transport-node";
import type { Log } from "../log.ts";
import type { NatsLink, Streams } from "./nats-link.ts";
import { deadSubjectOf, decoded, type OrderMessage } from "./order-message.ts";
import { mayPass, type OrderWriter, type Written } from "./order-writer.ts";
import type { Pause } from "./pause.ts";
import { ensureWriters, ordersStream, type WritersLimits, writersOf } from "./streams.ts";

export interface OrderWorkerOptions {
  readonly link: Pick<NatsLink, "up">;
  readonly shard: number;
  readonly writer: Pick<OrderWriter, "write">;
  readonly limits: WritersLimits & { readonly maxDeliveries: number };
  readonly log: Log;
  /** Told of every delivery as it comes, and of every end. */
  readonly observe: WorkerObserver;
  readonly pause: Pause;
}

export interface WorkerObserver {
  delivered(isAgain: boolean): void;
  ended(how: Written | "dead"): void;
}

/** A store that is away is asked again after so long. */
const RETRY_MS = 250;
const DEAD_LIMIT_MS = 2_000;
/** Somebody whose server says nothing for two of these asks it again. */
const IDLE_MS = 1_000;

export class OrderWorker {
  readonly #options: OrderWorkerOptions;
  readonly #inHand = new Set<Promise<void>>();
  #isReading = false;

  constructor(options: OrderWorkerOptions) {
    this.#options = options;
  }

  /** Promises being written. */
  get inFlight(): number {
    return this.#inHand.size;
  }

  /** Whether promises would be delivered to it now. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** Works until the signal says stop; what is in hand then is given back or finished before this resolves. */
  async run(signal: AbortSignal): Promise<void> {
    const { link, log, pause } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#read(await link.up(signal), signal);
      } catch (error) {
        if (!signal.aborted) log.error("queue-reading", error);
      }
      this.#isReading = false;
      await pause(RETRY_MS, signal);
    }
    await Promise.all(this.#inHand);
  }

  /** Until told to stop, or until stream or reader are gone from the server. */
  async #read(streams: Streams, signal: AbortSignal): Promise<void> {
    const { shard, limits } = this.#options;
    await ensureWriters(streams.manager, shard, limits);
    const consumer = await streams.client.consumers.get(ordersStream, writersOf(shard));
    const messages = await consumer.consume({
      max_messages: limits.maxInFlight,
      idle_heartbeat: IDLE_MS,
      abort_on_missing_resource: true,
      // The server keeps to the limit by itself: it delivers no more than may be unanswered.
      callback: (message) => this.#take(message, streams, signal),
    });
    const stop = () => messages.stop();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    this.#isReading = true;
    const error = await messages.closed();
    signal.removeEventListener("abort", stop);
    if (error) throw error;
  }

  #take(message: JsMsg, streams: Streams, signal: AbortSignal): void {
    const working = this.#handle(message, streams, signal)
      // It is delivered again after a while: nothing is lost by that, and the worker goes on.
      .catch((error) => this.#options.log.error("order-message", error, { subject: message.subject }))
      .finally(() => this.#inHand.delete(working));
    this.#inHand.add(working);
  }

  async #handle(message: JsMsg, streams: Streams, signal: AbortSignal): Promise<void> {
    const { limits, observe } = this.#options;
    const { deliveryCount } = message.info;
    observe.delivered(deliveryCount > 1);
    const order = decoded(message.string());
    if (order === undefined) return this.#putAside(message, streams, "it is no order");
    if (deliveryCount > limits.maxDeliveries) {
      return this.#putAside(message, streams, `${limits.maxDeliveries} deliveries came to nothing`);
    }
    const beat = setInterval(() => stillWorking(message), limits.ackWaitMs / 3);
    try {
      await this.#write(order, message, streams, signal);
    } finally {
      clearInterval(beat);
    }
  }

  /** A store that is away is waited for with the promise in hand, so that its absence counts as no failed delivery. */
  async #write(order: OrderMessage, message: JsMsg, streams: Streams, signal: AbortSignal): Promise<void> {
    const { writer, limits, log, observe, pause } = this.#options;
    while (!signal.aborted) {
      let written: Written | undefined;
      try {
        written = await writer.write(order);
      } catch (error) {
        log.error("order-write", error, { saleId: order.saleId, delivery: message.info.deliveryCount });
        if (!mayPass(error)) {
          if (message.info.deliveryCount < limits.maxDeliveries) return message.nak(RETRY_MS);
          return this.#putAside(message, streams, error instanceof Error ? error.message : String(error));
        }
      }
      if (written !== undefined) {
        message.ack();
        return observe.ended(written);
      }
      await pause(RETRY_MS);
    }
    message.nak();
  }

  /** It leaves the queue only when it is stored elsewhere. */
  async #putAside(message: JsMsg, { client }: Streams, because: string): Promise<void> {
    const { log, observe } = this.#options;
    try {
      const subject = deadSubjectOf(message.subject);
      await client.publish(subject, message.data, {
        ...{ headers: reasonOf(because), msgID: `${message.seq}`, timeout: DEAD_LIMIT_MS },
      });
      log.error("order-put-aside", new Error(because), { subject });
      message.term();
      observe.ended("dead");
    } catch (error) {
      log.error("dead-order", error, { subject: message.subject });
      message.nak(RETRY_MS);
    }
  }
}

/** Where it cannot be said the promise is delivered again, to somebody who finds it written. */
function stillWorking(message: JsMsg): void {
  try {
    message.working();
  } catch {
    // The connection was closed for good: whoever has the promise in hand finds out when it is to be acknowledged.
  }
}

/** Headers are lines. */
function reasonOf(because: string): MsgHdrs {
  const reason = headers();
  reason.set("reason", because.replaceAll(/[\r\n]+/g, " "));
  return reason;
}
