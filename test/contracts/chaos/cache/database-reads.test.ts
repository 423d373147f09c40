import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { between, countersIn, DatabaseReads } from "../../../../chaos/cache/database-reads.ts";
import { ManualClock } from "../../../fakes/manual-clock.ts";

const page = (loads: number) => `# HELP shop_page_loads_begun_total Pages
shop_page_loads_begun_total{page="home",node="shop-1"} ${loads}
shop_page_loads_begun_total{page="item",node="shop-1"} 40
shop_page_loads_beside_total{page="item",node="shop-1"} 7
shop_page_loads_total{page="item",result="found",node="shop-1"} 30
shop_page_loads_total{page="item",result="absent",node="shop-1"} 9
shop_requests_total{operation="detail",status="404",node="shop-1"} 11
shop_requests_total{operation="detail",status="200",node="shop-1"} 500
shop_requests_total{operation="list",status="404",node="shop-1"} 3
shop_cache_reads_total{level="local",result="miss",node="shop-1"} 90
shop_cache_reads_total{level="shared",result="miss",node="shop-1"} 60
shop_cache_reads_total{level="shared",result="hit",node="shop-1"} 100
`;

let server: Server;
let text = "";
let status = 200;
let address = "";
const clock = new ManualClock();

beforeEach(async () => {
  status = 200;
  server = createServer((_, answer) => void answer.writeHead(status).end(text)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

test("only what it is about is counted, over all pages", () => {
  const counted = { loads: 42, beside: 7, absent: 9, absentAnswers: 11, lookUps: 160, misses: 60 };
  expect(countersIn(page(2))).toEqual(counted);
});

test("a shop that counts none of it has counted nothing", () => {
  expect(countersIn('other{x="y"} 3\n')).toMatchObject({ loads: 0, lookUps: 0 });
});

test("a shop that was started again counts from zero, and what it had counted stays", async () => {
  const reads = new DatabaseReads([{ name: "shop-1", address }], clock);
  text = page(60);
  const one = await reads.now();
  text = "";
  const two = await reads.now();
  text = page(5);
  clock.pass(2_000);
  const three = await reads.now();
  expect(between(one, two)).toMatchObject({ loads: 0 });
  expect(between(one, three)).toMatchObject({ loads: 45, spanS: 2 });
});

test("a shop that does not answer counts as it did before, as long as another one does", async () => {
  text = page(60);
  const nobody = { name: "shop-2", address: "127.0.0.1:1" };
  const reads = new DatabaseReads([{ name: "shop-1", address }, nobody], clock);
  expect(await reads.now()).toMatchObject({ loads: 100 });
});

test("when no shop tells, nothing is known", async () => {
  status = 500;
  const reads = new DatabaseReads([{ name: "shop-1", address }], clock);
  await expect(reads.now()).rejects.toThrow("shop-1 answered 500");
});
