/** Requests that reached each application: by its own count, and only where both looks know it. */
import { expect, test } from "vitest";
import { readServed, servedBetween } from "../../controller/served-between.ts";
import type { NodeHandle } from "../../targets/running-target.ts";

const node = (name: string, more: Partial<NodeHandle> = {}): NodeHandle =>
  ({ name, component: "shop", isRunning: true, address: "127.0.0.1:1", ...more }) as NodeHandle;

const page = (home: number) => `# TYPE shop_requests_total counter
shop_requests_total{operation="home",status="200"} ${home}
shop_requests_total{operation="detail",status="404"} 5
shop_requests_total{operation="health",status="200"} 900
`;

test("what shoppers asked counts, of those that run and say so", async () => {
  const nodes = [
    node("shop-1"),
    node("shop-2"),
    node("shop-3", { isRunning: false }),
    node("db", { component: "postgres" }),
    node("shop-4"),
  ];
  const asked: string[] = [];
  const served = await readServed(nodes, async ({ name }) => {
    asked.push(name);
    if (name === "shop-2") throw new Error("no answer");
    return name === "shop-4" ? "" : page(100);
  });
  expect(asked).toEqual(["shop-1", "shop-2", "shop-4"]);
  expect([...served]).toEqual([["shop-1", 105]]);
});

test("between two looks; who was started anew or came later is not known", () => {
  const from = new Map([
    ["shop-1", 100],
    ["shop-2", 100],
    ["shop-3", 100],
  ]);
  const to = new Map([
    ["shop-1", 350],
    ["shop-2", 30],
    ["shop-4", 10],
  ]);
  expect([...servedBetween(from, to)]).toEqual([["shop-1", 250]]);
});
