/** What a service is told: which services it is, where its stores are, and its limits. */
import { z } from "zod";
import { shopShape } from "../config.ts";
import { parsedConfig } from "../parsed-config.ts";
import { keptBy, serviceNames } from "./service-names.ts";

const serviceConfig = shopShape
  .pick({
    ...{ name: true, host: true, port: true, pools: true, inFlightLimit: true },
    ...{ redis: true, saleCounters: true, localCache: true, freshCopies: true },
    ...{ zones: true, sale: true, sessions: true, queue: true, defectsPath: true },
  })
  .extend({
    serves: z.array(z.enum(serviceNames)).min(1),
    /** Only those it needs. */
    databases: shopShape.shape.databases.partial({ catalog: true }),
    /** Whether it refuses calls above `inFlightLimit` and `callsPerS`. */
    isGoverned: z.boolean(),
    /** Calls a second that one caller may make of one service; absent: as many as it likes. */
    callsPerS: z.number().positive().optional(),
  })
  .superRefine(({ databases, serves }, context) => {
    for (const business of ["user", "trade"] as const) {
      const needing = serves.filter((name) => keptBy[name].includes(business));
      if (databases[business] !== undefined || needing.length === 0) continue;
      const message = `is missing, and ${needing.join(", ")} cannot do without`;
      context.addIssue({ code: "custom", message, path: ["databases", business] });
    }
  })
  .refine(({ sessions }) => sessions.kept !== "replicated", {
    message: "a service has no fellows to replicate sessions to",
    path: ["sessions"],
  })
  .refine(({ databases: { report, catalog } }) => report === undefined || catalog !== undefined, {
    message: "is missing, and a report adds up by its categories",
    path: ["databases", "catalog"],
  })
  .refine(({ queue, saleCounters, redis }) => queue === undefined || (saleCounters ?? redis) !== undefined, {
    message: "what is sold through a queue is counted in redis, and there is no address of it",
    path: ["queue"],
  })
  .refine((config) => !config.freshCopies || config.redis !== undefined, {
    message: "fresh copies need a redis address",
    path: ["freshCopies"],
  });

export type ServiceConfig = Readonly<z.infer<typeof serviceConfig>>;

/**
 * Reads a configuration from JSON text; unknown keys are problems too.
 * @throws {Error} with every problem, one per line
 */
export const parseServiceConfig = (text: string): ServiceConfig => parsedConfig(serviceConfig, text);
