/** What gauges on a node's own page say of others: down or not, one by one; and what changed between two looks. Pure. */
import type { DetectionSource } from "../../metrics/detection.ts";
import type { AddressBook, Noticed } from "./log-detections.ts";
import { seriesIn } from "./page-lines.ts";
import type { WatchedNode } from "./watched-node.ts";

export interface GaugeState {
  readonly source: DetectionSource;
  readonly about: readonly string[];
  /** How well it is by it: less than before is worse. */
  readonly level: number;
  readonly says: string;
}

/** By what tells them apart. */
export type GaugeStates = ReadonlyMap<string, GaugeState>;

interface Reading {
  readonly node: WatchedNode;
  readonly nodes: readonly WatchedNode[];
  readonly addresses: AddressBook;
}

const connected = [
  ["shop_config_centre_connected", "zookeeper", "the connection to the configuration centre"],
  ["shop_queue_connected", "nats", "the connection to the queue"],
  ["shop_index_is_streaming", "postgres", "the stream of changes"],
] as const;

export function gaugesIn(page: string, { node, nodes, addresses }: Reading): GaugeStates {
  const states = new Map<string, GaugeState>();
  for (const { labels, value } of seriesIn(page, "shop_service_breaker")) {
    const about = addresses.get(labels["member"] ?? "");
    if (about === undefined) continue;
    const says = `the breaker of ${labels["service"]}`;
    states.set(`breaker ${labels["service"]} ${labels["member"]}`, {
      ...{ source: "breaker", about: [about], level: 1 - value, says },
    });
  }
  const callees = (component: WatchedNode["component"]) =>
    nodes.filter((each) => each.component === component && node.calls.includes(each.name));
  for (const [name, component, says] of connected) {
    const [series] = seriesIn(page, name);
    const about = callees(component).map((callee) => callee.name);
    if (series === undefined || about.length === 0) continue;
    states.set(name, { source: "connection", about, level: series.value, says });
  }
  if (node.component === "bus") {
    for (const { labels, value } of seriesIn(page, "shop_bus_members")) {
      const service = labels["service"] ?? "";
      const about = callees("service")
        .filter(({ settings: { serves = [] } }) => serves.some((each) => isNamed(service, each)))
        .map(({ name }) => name);
      const says = `members of ${service} that the bus is connected to`;
      if (about.length > 0) states.set(`bus ${service}`, { source: "connection", about, level: value, says });
    }
  }
  return states;
}

/** `bench.shop.v1.UserService` is `user`. */
const isNamed = (fullName: string, service: string): boolean =>
  fullName.toLowerCase().endsWith(`.${service}service`) || fullName.toLowerCase() === `${service}service`;

/** What is worse or better than at the look before; what was not there before says nothing yet. */
export function changesIn(before: GaugeStates, now: GaugeStates): readonly Noticed[] {
  return [...now].flatMap(([key, { source, about, level, says }]) => {
    const past = before.get(key);
    if (past === undefined || past.level === level) return [];
    const isBack = level > past.level;
    return [{ source, about, isBack, says: `${says}: ${wordOf(source, level)}` }];
  });
}

function wordOf(source: DetectionSource, level: number): string {
  if (source !== "breaker") return String(level);
  return level === 1 ? "closed" : level === 0 ? "open" : "being tried";
}
