/** What a bus is told: where the services are, and its limits. */
import { z } from "zod";
import { parsedConfig } from "../parsed-config.ts";

const address = z.string().regex(/^[^:\s]+:\d+$/, "must be host:port");

const busConfig = z.strictObject({
  name: z.string().min(1),
  host: z.string().min(1),
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535),
  /** By short name (`order` is OrderService, of any version): every member of it. */
  services: z
    .record(z.string(), z.array(address).min(1))
    .refine((services) => Object.keys(services).length > 0, "a bus to nowhere"),
  /** One lane for the calls to all services, or one for each, so that a slow one fills only its own. */
  lanes: z.enum(["shared", "separate"]),
  limits: z.strictObject({
    /** Calls at the services at once, over all lanes. */
    inHand: z.number().int().positive(),
    /** Calls that wait for their turn, over all lanes. */
    waiting: z.number().int().nonnegative(),
    bodyBytes: z.number().int().positive(),
    /** For a call that does not say how long it may take. */
    usualMs: z.number().int().positive(),
    /** However long a caller would wait. */
    longestMs: z.number().int().positive(),
  }),
});

export type BusConfig = Readonly<z.infer<typeof busConfig>>;

/** @throws {Error} with every problem, one per line */
export const parseBusConfig = (text: string): BusConfig => parsedConfig(busConfig, text);
