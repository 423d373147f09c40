/** What the faults of nodes, zones and entries make of words: how they would be done, and what they refuse, in sentences. */
import { expect, test } from "vitest";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Outlook } from "../../../chaos/fault.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { chooseVariants } from "../../../targets/variant.ts";

interface Row {
  readonly word: string;
  readonly stage?: string;
  readonly variants?: readonly string[];
  readonly launcher?: Outlook["launcher"];
  readonly network?: Outlook["network"];
  readonly host?: Partial<Outlook["host"]>;
}

function planned({
  word,
  stage = "stage-01",
  variants = [],
  launcher = "processes",
  network = "loopback",
  host = {},
}: Row) {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  const { spec } = chooseVariants(findTarget(stage), variants);
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher, network, seed: 7, sells: true },
    host: { platform: "linux", isRoot: false, hasProc: true, ...host },
  };
  return planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
}

test.each([
  { word: "crash-loop:shop@5+10", by: "SIGKILL to all its processes, again and again" },
  {
    word: "crash-loop=1s:shop@5+10",
    launcher: "compose",
    by: "SIGKILL by the container engine, again and again",
  },
  { word: "freeze:shop@5+10", by: "SIGSTOP to all its processes" },
  { word: "freeze:shop@5+10", launcher: "compose", by: "container paused by its engine" },
  {
    word: "freeze:l4-1@5+10",
    stage: "stage-08",
    by: "SIGSTOP to all its processes; nobody takes its address over, which takes --network namespaces",
  },
  {
    word: "kill:l4-1@5+10",
    stage: "stage-08",
    network: "namespaces",
    by: "SIGKILL to all its processes",
  },
  {
    word: "vip-failover:l4@5+10",
    stage: "stage-08",
    network: "namespaces",
    by: "SIGKILL to all processes of whoever has the address, and its link taken down",
  },
  {
    word: "slow=25%:shop@5+10",
    by: "CPU budget of its machine cut to 25% by its cgroup, which is also the machine of db",
  },
  {
    word: "slow=10%:cache@5+10",
    stage: "stage-04",
    by: "CPU budget of its machine cut to 10% by its cgroup",
  },
  {
    word: "slow:shop@5+10",
    launcher: "compose",
    by: "CPU budget of its machine cut to 25% by the container engine",
  },
  {
    word: "neighbour=3:cache@5+10",
    stage: "stage-04",
    by: "3 busy processes in the cgroup of its machine",
  },
  {
    word: "zone-lost:zone=b@5+10",
    stage: "stage-09",
    by: "SIGKILL to all processes, all 8 nodes of the zone",
  },
  {
    word: "zone-lost=freeze:b@5+10",
    stage: "stage-09",
    by: "SIGSTOP to all its processes, all 8 nodes of the zone",
  },
  {
    word: "stale-dns:dns@5+10",
    stage: "stage-09",
    by: "other addresses in the zone of the name server, read at SIGHUP; there connections are refused",
  },
  {
    word: "scale-in=1:search-app@5+10",
    stage: "stage-14",
    variants: ["search-apps=2"],
    launcher: "compose",
    by: "an order to the target's own orchestrator",
  },
] satisfies readonly (Row & { by: string })[])("$word is done by: $by", ({ by, ...row }) => {
  const { faults, problems } = planned(row);
  expect(problems).toEqual([]);
  expect(faults.map(({ mechanism }) => mechanism)).toEqual([by]);
});

test.each([
  { way: "kill", undo: "compensable", why: "what was ended is started again" },
  { way: "freeze", undo: "reversible", why: "what stood still goes on" },
])("a zone that is lost by $way is $undo: $why", ({ way, undo }) => {
  expect(planned({ word: `zone-lost=${way}:b@5+10`, stage: "stage-09" }).faults).toMatchObject([{ undo }]);
});

test.each([
  {
    word: "crash-loop=soon:shop@5+10",
    says: '"soon" is not a time; write for example crash-loop=3s',
  },
  { word: "crash-loop:shop@5", says: "crash-loop needs a length; write for example crash-loop@5s+10s" },
  { word: "slow=100%:shop@5+10", says: '"100%" is not a share above 0% and below 100%' },
  { word: "slow=0%:shop@5+10", says: '"0%" is not a share above 0% and below 100%' },
  { word: "slow=half:shop@5+10", says: '"half" is not a share above 0% and below 100%' },
  {
    word: "slow:shop@5+10",
    host: { noCpuGroups: "no cgroup with a cpu controller is ours to divide" },
    says: "nodes have no CPU budgets here: no cgroup with a cpu controller is ours to divide",
  },
  {
    word: "neighbour:shop@5+10",
    host: { noCpuGroups: "this host has no cgroups" },
    says: "nodes have no CPU budgets here: this host has no cgroups",
  },
  { word: "neighbour=0:shop@5+10", says: '"0" is not a number of processes from 1 to 8' },
  { word: "neighbour=1.5:shop@5+10", says: '"1.5" is not a number of processes from 1 to 8' },
  {
    word: "neighbour:shop@5+10",
    launcher: "compose",
    says: "nobody else is let into a container; slow takes CPU away from it",
  },
  {
    word: "freeze:shop@5+10",
    host: { hasProc: false },
    says: "freeze must know processes by their start times, which this system does not tell",
  },
  {
    word: "zone-lost=flood:b@5+10",
    stage: "stage-09",
    says: '"flood" is not a way to lose a zone: kill or freeze',
  },
  { word: "zone-lost:c@5+10", stage: "stage-09", says: 'unknown zone "c"; did you mean "a"?' },
  {
    word: "stale-dns:tier=app@5+10",
    stage: "stage-09",
    says: "stale-dns is for a name server; shop-a-1, shop-a-2, shop-b-1, shop-b-2 are none, dns would do",
  },
  {
    word: "stale-dns:shop@5+10",
    says: "stale-dns is for a name server, and this target has none",
  },
  {
    word: "stale-dns=120%:dns@5+10",
    stage: "stage-09",
    says: '"120%" is not a share above 0% and up to 100%',
  },
  {
    word: "vip-failover:l4@5+10",
    stage: "stage-08",
    says: "on loopback no address moves, and all members take traffic: --network namespaces has one that does",
  },
  {
    word: "vip-failover:l4@5+10",
    stage: "stage-08",
    launcher: "compose",
    says: "containers keep their addresses, and all members take traffic: --launcher processes --network namespaces has an address that moves",
  },
  {
    word: "vip-failover:l4@5+10",
    stage: "stage-09",
    network: "namespaces",
    says: "of l4 nobody stands by; bring it up with one more",
  },
  {
    word: "vip-failover:shop@5+10",
    stage: "stage-08",
    network: "namespaces",
    says: "vip-failover is for layer-4 balancers, all members of a node together; shop-1, shop-2, shop-3, shop-4 are none, l4-1, l4-2 would do",
  },
  {
    word: "scale-in:shop@5+10",
    stage: "stage-04",
    says: "only an orchestrator takes members away: stages 14 and 15 have one, with --launcher compose",
  },
  {
    word: "scale-in:search-app@5+10",
    stage: "stage-14",
    launcher: "compose",
    says: "search-app has no member to spare: 1, one in each of its zones; bring it up with more of them",
  },
  {
    word: "scale-in=2:search-app@5+10",
    stage: "stage-14",
    variants: ["search-apps=2"],
    launcher: "compose",
    says: "search-app has 2 members, of which 1 to 1 can be left; 2 cannot",
  },
] satisfies readonly (Row & { says: string })[])("$word is refused: $says", ({ says, ...row }) => {
  const { problems } = planned(row);
  expect(problems.map((problem) => problem.replace(/^.*?@\d+s(\+\d+s)?: /, ""))).toEqual([says]);
});

test("two that would have the CPU of the same machine at once are refused", () => {
  const spec = findTarget("stage-01");
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback", seed: 7, sells: true },
    host: { platform: "linux", isRoot: false, hasProc: true },
  };
  const wishes = ["slow:shop@5+10", "neighbour:db@8+10"].map((word) => {
    const wish = readWish(word);
    if ("problem" in wish) throw new Error(wish.problem);
    return wish;
  });
  expect(planChaos({ wishes, quiet: [] }, outlook, 60).problems).toEqual([
    "slow:shop@5 and neighbour:db@8 would both have the CPU of box at 7 s: neighbour:db@8 is made ready from 7 s on",
  ]);
});

test.each(["zone-partition", "l4-kill", "cpu"])(
  "whoever asks for %s is told why there is no such fault, or what it is called",
  (fault) => {
    const { problems } = planned({ word: `${fault}:shop@5+10` });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^there is no fault ${fault}: .{20,}$`))]);
  },
);
