/** Keeps the index like the catalogue: builds it where it is missing, then follows the change stream, for ever. */
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log.ts";
import { allItems, openSlot, PUBLICATION, SLOT, withCatalog } from "./change-source.ts";
import { ChangeStream } from "./change-stream.ts";
import { effectOf, type Transaction } from "./changes.ts";
import type { ItemIndex } from "./item-index.ts";
import type { Lag } from "./lag.ts";

export interface IndexerOptions {
  /** The primary of the catalogue: only it has the changes. */
  readonly catalogUrl: string;
  readonly index: ItemIndex;
  readonly lag: Lag;
  /** Changes are gathered for this long before they are brought in together. */
  readonly refreshMs: number;
  readonly log: Log;
  epochMs(): number;
  /** Told the lag of every transaction brought in, in milliseconds. */
  observe(lagMs: number): void;
}

/** What one stream has sent. */
interface Received {
  /** Not brought in yet, in order. */
  readonly waiting: Transaction[];
  /** Everything before this place is among `waiting`, was brought in, or is not ours. */
  upToLsn: bigint;
}

const TRY_AGAIN_MS = 500;
/** How often the engine is looked at when nothing changes: one that was started anew needs a new index. */
const LOOK_EVERY_MS = 1_000;
/** Above so many transactions in hand the server is let wait; below half of it, it may go on. */
const IN_HAND_MOST = 2_000;

export class Indexer {
  readonly #options: IndexerOptions;
  #isReady = false;

  constructor(options: IndexerOptions) {
    this.#options = options;
  }

  /** The index is whole, and the stream is being followed. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Works until `signal` aborts. Whatever breaks is tried again from where it was confirmed last. */
  async run(signal: AbortSignal): Promise<void> {
    const { lag, log } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#prepare(signal);
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        log.error("index", error);
      } finally {
        this.#isReady = false;
        lag.streams(false);
      }
      await pause(TRY_AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** The slot first, then the items: so no change falls between them. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { catalogUrl, index, lag, log } = this.#options;
    await withCatalog(catalogUrl, async (client) => {
      const slot = await openSlot(client);
      if (slot === "kept" && (await index.isWhole())) return;
      log.info("building", { slot });
      const items = await index.build(allItems(client), signal);
      lag.built(items);
      log.info("built", { items });
    });
  }

  /** Ends by an error, or when `signal` aborts. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { catalogUrl, lag, epochMs } = this.#options;
    // Begins anew with every stream: what an earlier one had sent and we had not brought in comes again.
    const received: Received = { waiting: [], upToLsn: 0n };
    let stream: ChangeStream | undefined;
    const broken = new AbortController();
    const eitherSignal = AbortSignal.any([signal, broken.signal]);
    const reading = ChangeStream.read(
      {
        ...{ url: catalogUrl, slot: SLOT, publication: PUBLICATION, epochMs },
        take(transaction) {
          received.waiting.push(transaction);
          received.upToLsn = transaction.endLsn;
          lag.received(transaction);
          if (received.waiting.length >= IN_HAND_MOST) stream?.pause();
        },
        reached(walEndLsn) {
          if (walEndLsn > received.upToLsn) received.upToLsn = walEndLsn;
          lag.reached(walEndLsn);
        },
      },
      eitherSignal,
      (begun) => {
        stream = begun;
        this.#isReady = true;
        lag.streams(true);
      },
    );
    // Whoever ends first ends the other, and its reason is the one that is told.
    const ending = reading.finally(() => broken.abort());
    ending.catch(() => {}); // Awaited below.
    try {
      await this.#bringIn(received, () => stream, eitherSignal);
    } finally {
      broken.abort();
      await ending;
    }
  }

  async #bringIn(
    received: Received,
    streamNow: () => ChangeStream | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { index, lag, refreshMs, epochMs, observe } = this.#options;
    let lookedAtEpochMs = epochMs();
    while (!signal.aborted) {
      await pause(refreshMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      if (received.waiting.length > 0 || epochMs() - lookedAtEpochMs >= LOOK_EVERY_MS) {
        if (!(await index.isStillWhole())) throw new Error("the search engine was started anew");
        lookedAtEpochMs = epochMs();
      }
      const { waiting, upToLsn } = received;
      const batch = waiting.slice();
      const effect = effectOf(batch);
      if (effect.put.length + effect.removed.length > 0) await index.apply(effect, signal);
      waiting.splice(0, batch.length);
      for (const lagMs of lag.applied(batch.length, epochMs())) observe(lagMs);
      lag.kept(upToLsn);
      const stream = streamNow();
      stream?.keep(upToLsn);
      if (waiting.length < IN_HAND_MOST / 2) stream?.resume();
    }
  }
}
