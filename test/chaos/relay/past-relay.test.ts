/** Who leads past the relay, by made-up tables of the kernel. */
import { expect, test } from "vitest";
import { leadingTo, pastRelayWords } from "../../../chaos/relay/past-relay.ts";

const line = (other: string, state: string, inode: number) =>
  `   0: 0100007F:C350 ${other} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
const heading =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const callee = { hostname: "127.0.0.1", port: "5432" };
/** 5432 as the kernel writes it. */
const direct = "0100007F:1538";

test.each([
  { why: "a connection leads to the callee itself", lines: [line(direct, "01", 7)], past: 1 },
  {
    why: "two do, one of them by IPv6",
    lines: [line(direct, "01", 7), line(`0000000000000000FFFF0000${direct}`, "01", 8)],
    past: 2,
  },
  { why: "it leads to the door of the relay", lines: [line("0100007F:4E20", "01", 7)], past: 0 },
  { why: "it leads to the same port elsewhere", lines: [line("0200007F:1538", "01", 7)], past: 0 },
  { why: "it is over and only remembered", lines: [line(direct, "06", 7)], past: 0 },
  { why: "it is somebody else's", lines: [line(direct, "01", 9)], past: 0 },
  { why: "there is none", lines: [], past: 0 },
])("$past when $why", ({ lines, past }) => {
  expect(leadingTo(callee, [heading, ...lines, ""].join("\n"), new Set(["7", "8"]))).toBe(past);
});

test("a name is not looked up: nothing is known of it", () =>
  expect(leadingTo({ hostname: "db.example", port: "5432" }, line(direct, "01", 7), new Set(["7"]))).toBe(0));

test("it is told by edge", () => {
  const edge = (from: string) => ({ from, to: "db" });
  expect(pastRelayWords([])).toBeUndefined();
  expect(
    pastRelayWords([
      { edge: edge("shop-1"), connections: 1 },
      { edge: edge("report"), connections: 3 },
    ]),
  ).toBe("1 connection of shop-1>db leads past the relay; 3 connections of report>db lead past the relay");
});
