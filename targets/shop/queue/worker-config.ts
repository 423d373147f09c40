/** What an order worker is told: where promises come from, where orders are written, and its limits. */
import { z } from "zod";
import { shopShape } from "../config.ts";
import { parsedConfig } from "../parsed-config.ts";

const workerShape = shopShape
  .pick({ name: true, host: true, port: true, pools: true })
  .extend({
    /** Every shard of trade, in the order that all are told of them. */
    shards: z
      .array(z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address"))
      .min(1)
      .max(64),
    /** Where sales are counted. */
    counters: z.string().regex(/^redis:\/\//, "must be a redis:// address"),
    /** host:port of NATS. */
    queue: z.string().regex(/^[^:\s]+:\d+$/, "must be host:port"),
    /** Promises being written at the same time on one shard, by all workers together. */
    maxInFlight: z.number().int().positive(),
    /** Deliveries of one promise, after which it is put aside. */
    maxDeliveries: z.number().int().positive(),
    /** After so long without a word from its worker a promise is delivered again. */
    ackWaitMs: z.number().int().min(100),
    /** For experiments; see built-in-defects.ts. */
    defects: shopShape.shape.defects,
  })
  .strict();

export type WorkerConfig = Readonly<z.infer<typeof workerShape>>;

/** @throws {Error} with every problem, one per line */
export const parseWorkerConfig = (text: string): WorkerConfig => parsedConfig(workerShape, text);
