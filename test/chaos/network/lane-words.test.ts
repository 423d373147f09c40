import { expect, test } from "vitest";
import { laneMend } from "../../../chaos/mends/lane.ts";
import {
  closeLaneWords,
  hasLane,
  hasRoot,
  laneIn,
  laneOf,
  openLaneWords,
} from "../../../chaos/network/lane-words.ts";

const wide = {
  lane: 31,
  device: "node3",
  match: "src",
  peers: [{ address: "10.64.0.11" }, { address: "10.64.255.1", port: 8080 }],
} as const;

test("a lane is a class, where it waits, and who takes it; tc counts in hexadecimal where it says class", () => {
  expect(openLaneWords({ ...wide, bytesPerS: 64_000 }).split("\n")).toEqual([
    "class add dev node3 parent 1: classid 1:1f htb rate 64000bps burst 1600 cburst 1600 quantum 1514",
    "qdisc add dev node3 parent 1:1f bfifo limit 131072",
    "filter add dev node3 parent 1: protocol ip prio 31 u32 match ip src 10.64.0.11/32 flowid 1:1f",
    "filter add dev node3 parent 1: protocol ip prio 31 u32 match ip src 10.64.255.1/32 match ip protocol 6 0xff match ip dport 8080 0xffff flowid 1:1f",
    "",
  ]);
});

test("a wide one lets ten milliseconds pass at once, and has room for a second", () => {
  const words = openLaneWords({ ...wide, bytesPerS: 10_000_000 });
  expect(words).toContain("burst 100000 cburst 100000");
  expect(words).toContain("bfifo limit 10000000");
});

test("filters go before the class they lead to", () => {
  expect(closeLaneWords("eth0", 31).map((words) => words.slice(0, 2).join(" "))).toEqual([
    "filter del",
    "class del",
  ]);
});

const said = `class htb 1:1f root leaf 8001: prio 0 rate 512Kbit ceil 512Kbit burst 1600b cburst 1600b 
 Sent 7900 bytes 12 pkt (dropped 2, overlimits 9 requeues 0) 
 backlog 3042b 3p requeues 0
class htb 1:2 root leaf 8002: prio 0 rate 8bit ceil 8bit burst 1600b cburst 1600b 
 Sent 5 bytes 1 pkt (dropped 0, overlimits 0 requeues 0) 
 backlog 0b 0p requeues 0
`;

test("answers to who comes from outside are told by the port they come from", () => {
  expect(openLaneWords({ ...wide, match: "dst", bytesPerS: 64_000 })).toContain(
    "match ip dst 10.64.255.1/32 match ip protocol 6 0xff match ip sport 8080 0xffff",
  );
});

test("what a lane did is read from what tc says of it, and not of another", () => {
  expect(laneIn(said, 0x1f)).toEqual({ bytes: 7_900, waiting: 3, overRate: 9, dropped: 2 });
  expect(laneIn(said, 2)).toEqual({ bytes: 5, waiting: 0, overRate: 0, dropped: 0 });
  expect(laneIn(said, 1)).toBeUndefined();
  expect([hasLane(said, 0x1f), hasLane(said, 1), hasLane("", 1)]).toEqual([true, false, false]);
});

test("other words than we know are no lane at rest", () => {
  expect(() => laneIn("class htb 1:2 root prio 0\n sent: 5 bytes\n", 2)).toThrow("do not understand");
});

test("a root of ours is told from others", () => {
  expect(hasRoot("qdisc htb 1: root refcnt 3 r2q 10 default 0\n")).toBe(true);
  expect(hasRoot("qdisc noqueue 0: root refcnt 2\n")).toBe(false);
});

test("every fault has a lane of its own, with a number that tc and the mend accept", () => {
  const lanes = Array.from({ length: 500 }, (_, index) => laneOf(`bandwidth:shop-${index}@1`));
  expect(Math.min(...lanes)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...lanes)).toBeLessThanOrEqual(65_534);
  expect(new Set(lanes).size).toBeGreaterThan(490);
  const holder = { pid: 77, startTicks: 5 };
  const mend = laneMend.shape.parse({ mend: "lane", holder, device: "node3", lane: lanes[0] });
  expect(laneMend.manual(mend)).toContain("nsenter --net=/proc/77/ns/net tc filter del dev node3");
});

test("a mend is for devices of ours only", () => {
  const holder = { pid: 77 };
  expect(laneMend.shape.safeParse({ mend: "lane", holder, device: "eth1", lane: 3 }).success).toBe(false);
  expect(laneMend.shape.safeParse({ mend: "lane", holder, device: "eth0; reboot", lane: 3 }).success).toBe(
    false,
  );
});
