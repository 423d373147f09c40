/** How many requests reached each application between two looks, by its own count. */
import { metricsPage } from "../chaos/metrics-page.ts";
import type { NodeHandle } from "../targets/running-target.ts";
import { trafficIn } from "./detection/traffic.ts";

/** By node, since it was started. */
export type Served = ReadonlyMap<string, number>;

/** A run that ends waits for nobody longer. A page takes milliseconds (docs/recovery.md). */
const pageLimitMs = 1_000;

/** One look. A node that does not answer, or counts none, is not in it. Never rejects. */
export async function readServed(
  nodes: readonly NodeHandle[],
  page: (node: NodeHandle) => Promise<string> = (node) => metricsPage(node, pageLimitMs),
): Promise<Served> {
  const asked = nodes.filter(({ component, isRunning }) => component === "shop" && isRunning);
  const seen = await Promise.all(
    asked.map(async (node) => {
      const text = await page(node).catch(() => undefined);
      const requests = text === undefined ? undefined : trafficIn(text, node.component).requests;
      return requests === undefined ? [] : [[node.name, requests] as const];
    }),
  );
  return new Map(seen.flat());
}

/** Absent where one of the looks has nothing of it, or it began to count anew between them. */
export function servedBetween(from: Served, to: Served): Served {
  return new Map(
    [...to].flatMap(([node, count]) => {
      const before = from.get(node);
      return before === undefined || count < before ? [] : [[node, count - before] as const];
    }),
  );
}
