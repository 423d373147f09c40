import { describe, expect, test } from "vitest";
import { membersOf } from "../../../../targets/launch/members.ts";
import {
  coreWords,
  deadEndWords,
  doorWords,
  networkPlan,
  nodeWords,
} from "../../../../targets/launch/network/network-plan.ts";
import { withRealL4 } from "../../../../targets/launch/network/real-l4.ts";
import { stage08 } from "../../../../targets/stages/stage-08-l4-failover.ts";

const members = membersOf(withRealL4(stage08));
const plan = networkPlan(members, 91);

describe("a target with the kernel's layer 4", () => {
  test("has keepalived where HAProxy stood in for it, and no stand-in any more", () => {
    const { l4 } = withRealL4(stage08).nodes;
    expect(l4).toMatchObject({ component: "keepalived", tier: "l4", count: 2, calls: ["proxy"] });
    expect(l4).not.toHaveProperty("standInFor");
  });

  test("is otherwise what it was", () => {
    const { l4: _, ...others } = stage08.nodes;
    expect(withRealL4(stage08).nodes).toMatchObject(others);
  });
});

describe("addresses", () => {
  test("are each node's own, beside the core's, on the bridge of its zone", () => {
    const all = plan.nodes.map(({ address }) => address);
    expect(new Set(all).size).toBe(members.length);
    expect(all[0]).toBe("10.91.0.11");
    expect(all).not.toContain(plan.bridges[0]!.gateway);
  });

  test("one moves between the members of a layer-4 node", () => {
    const virtual = plan.nodes.flatMap((node) => (node.virtual ? [[node.name, node.virtual.address]] : []));
    expect(virtual).toEqual([
      ["l4-1", "10.91.0.200"],
      ["l4-2", "10.91.0.200"],
    ]);
  });

  test("of two zones lie on two bridges, and the address of each moves within it", () => {
    const zoned = members.map((member, index) => ({ ...member, zone: index % 2 === 0 ? "east" : "west" }));
    const { bridges, nodes } = networkPlan(zoned, 64);
    expect(bridges.map(({ zone, gateway }) => [zone, gateway])).toEqual([
      ["east", "10.64.0.1"],
      ["west", "10.64.1.1"],
    ]);
    const [first, second] = nodes;
    expect([first!.bridge, second!.bridge]).toEqual(["zone0", "zone1"]);
    expect(first!.virtual).toEqual({ address: "10.64.0.200", routerId: 101 });
    expect(second!.virtual).toEqual({ address: "10.64.1.201", routerId: 102 });
    expect(new Set(nodes.map(({ address }) => address)).size).toBe(members.length);
  });
});

describe("what `ip` is told", () => {
  test("outside: a way in, which goes when the core goes, and a last one to where nobody is", () =>
    expect(doorWords(plan, { core: 4711, deadEnd: 4712 })).toBe(
      `link add bench-91-off type veth peer name off netns 4712
addr add 10.91.254.1/30 dev bench-91-off
link set bench-91-off up
route add 10.91.0.0/16 via 10.91.254.2 metric 65535
link add bench-91 type veth peer name door netns 4711
addr add 10.91.255.1/30 dev bench-91
link set bench-91 up
route add 10.91.0.0/16 via 10.91.255.2
`,
    ));

  test("no interface has a name longer than the 15 characters Linux has room for", () =>
    expect(networkPlan(members, 127).deadEnd.name.length).toBeLessThanOrEqual(15));

  test("where nobody is: every address of the target is unreachable, and nobody is sought elsewhere", () => {
    expect(deadEndWords(plan)).toContain("route add unreachable 10.91.0.0/16\n");
    expect(coreWords(plan, () => 1)).toContain("route add unreachable 10.91.0.0/16\n");
  });

  test("in the core: a bridge for each zone, and every node's link on its own", () => {
    const words = coreWords(plan, (node) => 5_000 + members.findIndex(({ name }) => name === node));
    expect(words).toContain("link add zone0 type bridge mcast_snooping 0\naddr add 10.91.0.1/24 dev zone0\n");
    expect(words).toContain(
      "link add node0 type veth peer name eth0 netns 5000\nlink set node0 master zone0\n",
    );
    expect(words.match(/^link add node/gm)).toHaveLength(members.length);
  });

  test("in a node: its address alone, whatever it had taken over before", () =>
    expect(nodeWords(plan.nodes[0]!)).toBe(
      `link set lo up
addr flush dev eth0
addr add 10.91.0.11/24 dev eth0
link set eth0 up
route replace default via 10.91.0.1
`,
    ));
});
