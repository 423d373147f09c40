import { describe, expect, test } from "vitest";
import { droppedIn, dropRules, tableOf, withoutTable } from "../../../chaos/network/drop-rules.ts";

describe("rules that drop packets", () => {
  test("of some peers, each once, either way", () => {
    const rules = dropRules("stagebench_1", {
      peers: ["10.64.0.11", "10.64.0.12", "10.64.0.11"].map((address) => ({ address })),
      way: "both",
    });
    expect(rules).toContain("ip saddr { 10.64.0.11, 10.64.0.12 } counter drop");
    expect(rules).toContain("ip daddr { 10.64.0.11, 10.64.0.12 } counter drop");
  });

  test.each([
    { way: "up", arriving: true, leaving: false },
    { way: "down", arriving: false, leaving: true },
  ] as const)("one way, $way", ({ way, arriving, leaving }) => {
    const rules = dropRules("stagebench_1", { peers: [{ address: "10.64.0.11" }], way });
    expect([rules.includes("saddr"), rules.includes("daddr")]).toEqual([arriving, leaving]);
  });

  test("of who comes from outside only what is for the callee: from there the relay calls others too", () => {
    const rules = dropRules("stagebench_1", {
      peers: [{ address: "10.64.255.1", port: 8080 }, { address: "10.64.0.11" }],
      way: "both",
    });
    expect(rules).toContain("ip saddr 10.64.255.1 tcp dport 8080 counter drop");
    expect(rules).toContain("ip daddr 10.64.255.1 tcp sport 8080 counter drop");
    expect(rules).toContain("ip saddr { 10.64.0.11 } counter drop");
    expect(rules).not.toMatch(/saddr 10\.64\.255\.1 counter|\{[^}]*10\.64\.255\.1/);
  });

  test("of a node that is cut off: of everybody, and not of itself", () => {
    const rules = dropRules("stagebench_1", { way: "both" });
    expect(rules).toContain('iifname "eth0" counter drop');
    expect(rules).toContain('oifname "eth0" counter drop');
    expect(rules).not.toContain('"lo"');
  });
});

test("every fault has a table of its own, with a name that its mend accepts", () => {
  expect(tableOf("partition:shop-1@9")).toMatch(/^stagebench_[0-9a-f]+$/);
  expect(tableOf("partition:shop-1@9")).not.toBe(tableOf("partition:shop-2@9"));
});

test("a table is made before it is deleted, so that one that is gone is no error", () => {
  expect(withoutTable("stagebench_1").split("\n").slice(0, 2)).toEqual([
    "table inet stagebench_1 {}",
    "delete table inet stagebench_1",
  ]);
});

test("what was dropped is summed over both ways", () => {
  const listed = `table inet stagebench_1 {
    chain arriving { ip saddr { 10.64.0.11 } counter packets 12 bytes 720 drop }
    chain leaving { ip daddr { 10.64.0.11 } counter packets 3 bytes 180 drop }
  }`;
  expect(droppedIn(listed)).toBe(15);
  expect(droppedIn("table inet stagebench_1 { }")).toBe(0);
});
