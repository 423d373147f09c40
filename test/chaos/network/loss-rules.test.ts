import { describe, expect, test } from "vitest";
import { linesHere } from "../../../chaos/network/lines-here.ts";
import { lossRules } from "../../../chaos/network/loss-rules.ts";

describe("rules that lose packets", () => {
  test("on each line, each way, of its callers only", () => {
    const rules = lossRules(
      "stagebench_1",
      [
        { device: "node3", peers: [{ address: "10.64.0.11" }] },
        { device: "node4", peers: [{ address: "10.64.0.12" }, { address: "10.64.255.1", port: 80 }] },
      ],
      0.02,
    );
    expect(rules.startsWith("table netdev stagebench_1 {")).toBe(true);
    expect(rules).toContain('type filter hook egress device "node3"');
    expect(rules).toContain("ip saddr { 10.64.0.11 } numgen random mod 1000000 < 20000 counter drop");
    expect(rules).toContain('type filter hook ingress device "node4"');
    expect(rules).toContain(
      "ip saddr 10.64.255.1 tcp dport 80 numgen random mod 1000000 < 20000 counter drop",
    );
    expect(rules).toContain(
      "ip daddr 10.64.255.1 tcp sport 80 numgen random mod 1000000 < 20000 counter drop",
    );
    expect(rules).toContain("ip daddr { 10.64.0.12 } numgen random mod 1000000 < 20000");
  });

  test("a share that is too small for the dice is the smallest they can throw", () => {
    expect(
      lossRules("stagebench_1", [{ device: "node0", peers: [{ address: "10.0.0.1" }] }], 1e-9),
    ).toContain("< 1 counter");
  });
});

describe("what the kernel can do to a line", () => {
  test("is tried with the words the faults use", () => {
    const scripts: string[] = [];
    expect(linesHere((script) => void scripts.push(script))).toEqual({});
    expect(scripts.map((script) => /numgen/.test(script))).toEqual([true, false]);
    expect(scripts[1]).toContain("htb rate 1000bps");
  });

  test("one may be there without the other, and it is said why not", () => {
    const noHtb = (script: string) => {
      if (script.includes("htb")) throw new Error("Specified qdisc kind is unknown");
    };
    expect(linesHere(noHtb)).toEqual({ noLanes: "Specified qdisc kind is unknown" });
  });

  test("in the words of the program, and not by which script it was asked", () => {
    const noNft = (script: string) => {
      const stderr = Buffer.from("/dev/stdin:1:1-5: Error: No such file\nOperation not supported\n");
      if (script.includes("nft")) throw Object.assign(new Error(`Command failed: ${script}`), { stderr });
    };
    expect(linesHere(noNft)).toEqual({ noLoss: "Operation not supported" });
  });
});
