/** What the bus counts: calls by route and outcome, what it refused, how long it took them to wait and to be converted. */
import { Counter, Gauge } from "prom-client";
import type { Metrics } from "../metrics.ts";
import type { SeenCall } from "./bus.ts";
import type { Lane } from "./lane.ts";
import type { ServiceMembers } from "./members.ts";

export interface BusGauges {
  /** By name. */
  readonly lanes: ReadonlyMap<string, Lane>;
  /** By full name of the service. */
  readonly members: ReadonlyMap<string, ServiceMembers>;
}

/** Registers everything; gives what is to be told of each call. */
export function busMetrics({ registry }: Metrics, { lanes, members }: BusGauges): (seen: SeenCall) => void {
  const registers = [registry];
  const counter = <const L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers });
  const calls = counter("shop_bus_calls_total", "Calls, by route and what became of them.", [
    ...["service", "version", "method", "status"],
  ]);
  const refusals = counter(
    "shop_bus_refusals_total",
    "Of these, refused by the bus before a service saw them.",
    [...["service", "status"]],
  );
  const seconds = counter("shop_bus_call_seconds_total", "Time of calls, all of it.", ["service"]);
  const waiting = counter("shop_bus_waiting_seconds_total", "Of this, in line for a turn.", ["service"]);
  const converting = counter("shop_bus_converting_seconds_total", "Of this, converting.", ["service"]);
  new Gauge({
    name: "shop_bus_lane_calls",
    help: "Calls in a lane: in hand at services, or waiting.",
    labelNames: ["lane", "state"],
    registers,
    collect() {
      for (const [lane, { inHand, waiting: inLine }] of lanes) {
        this.set({ lane, state: "in-hand" }, inHand);
        this.set({ lane, state: "waiting" }, inLine);
      }
    },
  });
  new Gauge({
    name: "shop_bus_members",
    help: "Members of a service that the bus has a connection to.",
    labelNames: ["service"],
    registers,
    collect() {
      for (const [service, { links }] of members)
        this.set({ service }, links.filter(({ isConnected }) => isConnected).length);
    },
  });
  return ({ route: { service, version, method }, status, isRefused, ms, waitedMs, convertedMs }) => {
    calls.inc({ service, version, method: method.name, status });
    if (isRefused) refusals.inc({ service, status });
    seconds.inc({ service }, ms / 1_000);
    waiting.inc({ service }, waitedMs / 1_000);
    converting.inc({ service }, convertedMs / 1_000);
  };
}
