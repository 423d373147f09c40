/** What tests of calls to services share: a bus in this process, things that end with their test, patience. */
import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import { type BusConfig, parseBusConfig } from "../../targets/shop/bus/bus-config.ts";
import { openBus } from "../../targets/shop/bus/bus-service.ts";

/** Long enough for two cores that have other work. */
export const PATIENT_MS = 10_000;

const silent = { info: () => {}, error: () => {} };

/** A bus to these services until the test is over; its address. */
export async function busTo(services: BusConfig["services"], more: object = {}): Promise<string> {
  const config = parseBusConfig(
    JSON.stringify({
      ...{ name: "bus", host: "127.0.0.1", port: 0, services, lanes: "shared" },
      limits: { inHand: 64, waiting: 64, bodyBytes: 65_536, usualMs: 2_000, longestMs: 60_000 },
      ...more,
    }),
  );
  const bus = await openBus(config, {
    log: silent,
    nowMs: () => performance.now(),
    epochMs: Date.now,
    random: Math.random,
  });
  onTestFinished(() => bus.close(0));
  return `127.0.0.1:${bus.port}`;
}

/** Ends with the test. */
export function open<T extends AsyncDisposable>(resource: T): T {
  onTestFinished(() => resource[Symbol.asyncDispose]());
  return resource;
}

/** The error of a promise that fails; that it was answered, when it does not. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ answered: value }),
    (error: unknown) => error,
  );

/** Where nobody listens. */
export async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
