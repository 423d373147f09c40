import { describe, expect, test } from "vitest";
import { bytesIn } from "../../../chaos/byte-words.ts";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Outlook } from "../../../chaos/fault.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { withRealL4 } from "../../../targets/launch/network/real-l4.ts";

function outlookOn(stage: string, more: Partial<Outlook> = {}): Outlook {
  const declared = findTarget(stage);
  const spec = more.network === "namespaces" ? withRealL4(declared) : declared;
  return {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback", seed: 1, sells: true },
    host: { platform: "linux", isRoot: true, hasProc: true },
    ...more,
  };
}

function planned(word: string, outlook: Outlook = outlookOn("stage-04")) {
  return planChaos({ wishes: [wishOf(word)], quiet: [] }, outlook, 60);
}

function wishOf(word: string) {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  return wish;
}

const own: Outlook = {
  ...{ members: [], launcher: "external", network: "loopback", seed: 1, sells: false },
  host: { platform: "linux", isRoot: false, hasProc: true },
};

describe("words that are understood", () => {
  test.each([
    { word: "latency:shop-1>db@1+2", mechanism: "delay by the relay on shop-1>db" },
    { word: "latency=200ms~50ms,10%:shop>db@1+2", mechanism: "delay by the relay on 3 edges" },
    { word: "bandwidth=64k:clients>proxy@1+2", mechanism: "a token bucket by the relay on clients>proxy" },
    {
      word: "loss=2%,50%:proxy>shop-2@1+2",
      mechanism: "waits as of TCP for lost segments by the relay on proxy>shop-2",
    },
    { word: "reset=4096B:proxy>shop-2@1+2", mechanism: "RST to both sides by the relay on proxy>shop-2" },
    { word: "blackhole:shop-3>cache@1+2", mechanism: "nothing passed on by the relay on shop-3>cache" },
    {
      word: "one-way=up:shop-3>cache@1+2",
      mechanism: "nothing passed on one way by the relay on shop-3>cache",
    },
    {
      word: "hang=new:shop-3>cache@1+2",
      mechanism: "connections taken and not served by the relay on shop-3>cache",
    },
    { word: "refuse=keep:shop-3>cache@1+2", mechanism: "a closed port by the relay on shop-3>cache" },
    { word: "slow-close=2s:shop-3>cache@1+2", mechanism: "ends passed on late by the relay on shop-3>cache" },
  ])("$word", ({ word, mechanism }) => {
    const { faults, problems } = planned(word);
    expect(problems).toEqual([]);
    expect(faults.map((fault) => fault.mechanism)).toEqual([mechanism]);
  });
});

describe("words that are refused", () => {
  test.each([
    ["latency=soon:shop>db@1+2", '"soon" is not a delay; write for example 200ms or 200ms~50ms'],
    ["latency=50ms~80ms:shop>db@1+2", '"50ms~80ms" varies by more than it is'],
    ["latency=50ms,some:shop>db@1+2", '"50ms,some" has "some" where the share of the connections would be'],
    ["bandwidth=wide:shop>db@1+2", '"wide" is not so many bytes a second; write for example 64k or 1MB'],
    ["loss=80%:shop>db@1+2", '"80%" is not a share of segments above 0% and up to 50%'],
    ["reset=never:shop>db@1+2", '"never" is no way of resetting; write now, accept, answer'],
    ["one-way=left:shop>db@1+2", '"left" is no way; write up'],
    ["refuse=keep,10%:shop>db@1+2", '"keep,10%" names a share, and refuse is for all connections'],
    ["hang=10%:shop>db@1+2", '"10%" does not say which connections; write all or new'],
    ["blackhole=later:shop>db@1+2", '"later" is not what becomes of connections afterwards'],
    ["slow-close=0s:shop>db@1+2", '"0s" is not a time above 0 s'],
    ["latency:shop>db@1", "latency needs a length"],
    ["latency:cache>db@1+2", 'there is no edge "cache>db": it is called by shop-1, shop-2, shop-3'],
  ])("%s", (word, sentence) => {
    expect(planned(word).problems.join("\n")).toContain(sentence);
  });
});

describe("a partition", () => {
  test("of a node is about all its edges, those of the clients included", () => {
    const { faults, relayed } = planned("partition:proxy@1+2");
    expect(faults[0]).toMatchObject({ id: "partition:proxy@1", nodes: ["proxy"] });
    expect(relayed.map(({ from, to }) => `${from}>${to}`)).toEqual([
      "clients>proxy",
      "proxy>shop-1",
      "proxy>shop-2",
      "proxy>shop-3",
    ]);
  });

  test("of a callee and a caller at once has every edge once", () => {
    const { relayed } = planned("partition:shop-1@1+2");
    expect(relayed.map(({ from, to }) => `${from}>${to}`)).toEqual([
      "proxy>shop-1",
      "shop-1>cache",
      "shop-1>db",
    ]);
  });

  test("between two zones is about the edges either way, and no others", () => {
    const { faults, relayed, problems } = planned("partition:zone=b>zone=a@1+2", outlookOn("stage-09"));
    const zoneOf = new Map(outlookOn("stage-09").members.map(({ name, zone }) => [name, zone]));
    expect(problems).toEqual([]);
    expect(relayed.length).toBeGreaterThan(0);
    expect(faults[0]?.id).toBe("partition:zone=b>zone=a@1");
    expect(relayed.every(({ from, to }) => zoneOf.get(from) !== zoneOf.get(to))).toBe(true);
  });
});

describe("where the relay cannot stand", () => {
  test("a way in that is found by its name", () => {
    const outlook = outlookOn("stage-09");
    const entry = outlook.spec!.entry;
    expect(planned(`latency:clients>${entry}@1+2`, outlook).problems.join()).toContain(
      "clients find the way in by its name",
    );
  });

  test("edges that the kernel forwards", () => {
    const { problems } = planned("latency:l4>proxy@1+2", outlookOn("stage-08", { network: "namespaces" }));
    expect(problems.join()).toContain("the kernel forwards the packets of l4-1");
  });

  test("a name server calls nobody", () => {
    const outlook = outlookOn("stage-09");
    const dns = outlook.members.find(({ component }) => component === "knot")!.name;
    expect(planned(`partition:${dns}@1+2`, outlook).problems.join()).toContain(
      "nobody makes connections there",
    );
  });
});

describe("where every node has a network of its own", () => {
  const networks = outlookOn("stage-08", { network: "namespaces" });

  test("the kernel drops what is not to pass, also where it forwards itself, and no relay is needed", () => {
    const { faults, relayed, problems } = planned("partition:l4-1@1+2", networks);
    expect(problems).toEqual([]);
    expect(faults[0]?.mechanism).toContain("packets dropped by nft");
    expect(relayed).toEqual([]);
  });

  test.each([
    "blackhole=reset:shop-1>cache@1+2",
    "blackhole=resume,50%:shop-1>cache@1+2",
    "latency:shop-1>cache@1+2",
    "loss=2%,50%:shop-1>cache@1+2",
    "bandwidth=64k,50%:shop-1>cache@1+2",
  ])("%s is beyond it, and for the relay", (word) => {
    const { faults, relayed } = planned(word, networks);
    expect(faults[0]?.mechanism).toContain("by the relay on shop-1>cache");
    expect(relayed).toEqual([{ from: "shop-1", to: "cache" }]);
  });

  test.each([
    { word: "loss=2%:l4>proxy@1+2", mechanism: "packets lost by nft on the lines of the nodes" },
    { word: "bandwidth=64k:l4>proxy-1@1+2", mechanism: "a class of HTB by tc on the line of the node" },
  ])("$word is done on the line, where it forwards itself too", ({ word, mechanism }) => {
    const { faults, relayed, problems } = planned(word, networks);
    expect(problems).toEqual([]);
    expect(faults[0]?.mechanism).toBe(mechanism);
    expect(relayed).toEqual([]);
  });

  test("one lane leads to one node: what is shared by edges to several is for the relay", () => {
    const { faults } = planned("bandwidth=64k:shop-1>tier=db@1+2", networks);
    expect(faults[0]?.mechanism).toContain("a token bucket by the relay");
  });

  test.each(["bandwidth=999B:shop-1>cache@1+2", "bandwidth=5000MB:shop-1>cache@1+2"])(
    "%s is more or less than a class can be told",
    (word) => {
      expect(planned(word, networks).faults[0]?.mechanism).toContain("a token bucket by the relay");
    },
  );

  test.each([
    { word: "loss=2%:shop-1>cache@1+2", lines: { noLoss: "no egress hook" } },
    { word: "bandwidth=64k:shop-1>cache@1+2", lines: { noLanes: "no HTB" } },
  ])("$word is for the relay where the kernel cannot, and it is said why", ({ word, lines }) => {
    const host = { ...networks.host, lines: () => lines };
    const { faults, relayed } = planned(word, outlookOn("stage-08", { network: "namespaces", host }));
    const why = Object.values(lines)[0];
    expect(faults[0]?.mechanism).toMatch(
      new RegExp(`by the relay on shop-1>cache \\(the kernel cannot: ${why}\\)`),
    );
    expect(relayed).toEqual([{ from: "shop-1", to: "cache" }]);
    const forwarded = planned(
      word.replace("shop-1>cache", "l4>proxy-1"),
      outlookOn("stage-08", { network: "namespaces", host }),
    );
    expect(forwarded.problems.join()).toContain(`(the kernel cannot: ${why})`);
  });

  test("nobody is asked what the kernel can do where there are no such networks", () => {
    const lines = () => {
      throw new Error("asked");
    };
    for (const more of [{ network: "loopback" }, { launcher: "compose" }] as const)
      planned("loss=2%:shop-1>db@1+2", outlookOn("stage-04", { ...more, host: { ...networks.host, lines } }));
  });

  test("edges that lead through the relay for another fault are done there, and it is said", () => {
    const plan = { wishes: ["loss=2%:shop-1>cache@1+2", "latency:shop-1>cache@5+2"].map(wishOf), quiet: [] };
    expect(planChaos(plan, networks, 60).faults[0]?.mechanism).toBe(
      "waits as of TCP for lost segments by the relay on shop-1>cache",
    );
    const some = { wishes: ["loss=2%:cache@1+2", "latency:shop-1>cache@5+2"].map(wishOf), quiet: [] };
    expect(planChaos(some, networks, 60).faults[0]?.mechanism).toMatch(
      /^packets lost by nft .*; waits as of TCP .* where they lead through it for another fault$/,
    );
  });

  test("a callee has one lane at a time", () => {
    const words = ["bandwidth=1MB:cache@1+20", "bandwidth=64k:shop-1>cache@5+2"];
    const { problems } = planChaos({ wishes: words.map(wishOf), quiet: [] }, networks, 60);
    expect(problems.join()).toContain("the lane of cache");
    const after = ["bandwidth=1MB:cache@1+4", "bandwidth=64k:shop-1>cache@5+2"];
    expect(planChaos({ wishes: after.map(wishOf), quiet: [] }, networks, 60).problems).toEqual([]);
  });

  test("whether there are such networks is not known before: the relay can do either", () => {
    const { faults } = planned("blackhole:shop-1>cache@1+2", outlookOn("stage-08", { network: "auto" }));
    expect(faults[0]?.mechanism).toContain("by the relay");
  });
});

describe("containers", () => {
  const containers = outlookOn("stage-04", { launcher: "compose" });

  test.each(["shop-1>db", "clients>proxy", "proxy>shop-2"])("the relay stands on %s", (edge) => {
    const { faults, relayed, problems } = planned(`latency:${edge}@1+2`, containers);
    const [from, to] = edge.split(">");
    expect(problems).toEqual([]);
    expect(faults[0]?.mechanism).toBe(`delay by the relay on ${edge}`);
    expect(relayed).toEqual([{ from, to }]);
  });

  test("what the kernel does elsewhere the relay does here: a rule would go with the container's network", () => {
    expect(planned("partition:shop-1@1+2", containers).faults[0]?.mechanism).toContain("by the relay");
  });
});

describe("somebody's own system", () => {
  test("has one edge: the way in", () => {
    const { faults, relayed, problems } = planned("latency:clients>entry@1+2", own);
    expect(problems).toEqual([]);
    expect(relayed).toEqual([{ from: "clients", to: "entry" }]);
    expect(faults[0]?.id).toBe("latency:clients>entry@1");
  });

  test("has no others that we know of", () => {
    expect(planned("latency:shop>db@1+2", own).problems.join()).toContain(
      "of your own system we know the way in only; write clients>entry",
    );
  });
});

test.each([
  ["4096", 4096],
  ["64k", 64_000],
  ["64kB", 64_000],
  ["1.5MB", 1_500_000],
  ["2G", 2_000_000_000],
  ["B", undefined],
  ["-1", undefined],
])("%s is %s bytes", (word, bytes) => expect(bytesIn(word)).toBe(bytes));
