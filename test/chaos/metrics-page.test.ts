import { expect, test } from "vitest";
import { sumIn } from "../../chaos/metrics-page.ts";

const page = `# HELP queue_depth Promises.
# TYPE queue_depth gauge
queue_depth 4
queue_depth_total{shard="0"} 7
calls{service="user",outcome="answered"} 3
calls{service="user",outcome="unknown"} 2 1700000000000
calls{outcome="unknown",service="order"} 1e2
calls{service="superuser"} 50
`;

test.each([
  { name: "queue_depth", labels: {}, sum: 4 },
  { name: "queue_depth_total", labels: {}, sum: 7 },
  { name: "calls", labels: { service: "user" }, sum: 5 },
  { name: "calls", labels: { outcome: "unknown" }, sum: 102 },
  { name: "calls", labels: { outcome: "unknown", service: "order" }, sum: 100 },
  { name: "calls", labels: { service: "nobody" }, sum: 0 },
  { name: "call", labels: {}, sum: 0 },
])("the sum of $name with $labels is $sum", ({ name, labels, sum }) => {
  expect(sumIn(page, name, labels)).toBe(sum);
});
