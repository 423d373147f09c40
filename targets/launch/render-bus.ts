/** The configuration of a bus: where the services are that it brings calls to. Pure. */
import type { Service } from "../target.ts";
import type { Member } from "./members.ts";
import { servicesOf } from "./render-shop.ts";

/** What the bus reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface BusConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly services: Readonly<Partial<Record<Service, readonly string[]>>>;
  readonly lanes: "shared" | "separate";
  readonly limits: {
    readonly inHand: number;
    readonly waiting: number;
    readonly bodyBytes: number;
    readonly usualMs: number;
    readonly longestMs: number;
  };
}

/**
 * Figures of ours. Turns: as many as one application has requests in hand at most while its services answer within tens of
 * milliseconds; line: what the applications of a stage may send at once. The longest is that of the books, which applications
 * give 60 s. A body is as large as what the shop itself accepts.
 */
const limits: BusConfig["limits"] = {
  inHand: 64,
  waiting: 256,
  bodyBytes: 65_536,
  usualMs: 2_000,
  longestMs: 60_000,
};

export function busConfig(
  { name, settings: { lanes = "shared" } }: Member,
  port: number,
  called: readonly Member[],
  addressOf: (name: string) => string,
): BusConfig {
  const services = servicesOf(called, addressOf) ?? {};
  return { name, host: "127.0.0.1", port, services, lanes, limits };
}
