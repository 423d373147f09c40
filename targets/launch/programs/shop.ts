/** The shop, our own program. */
import type { Area, Business, NodeSpec, Service, TargetSpec } from "../../target.ts";
import { allAreas, businessesOf, servicesOf } from "../areas.ts";
import { answersOk } from "../probes.ts";
import { shopConfig } from "../render-shop.ts";
import { servedBy } from "../served-by.ts";
import type { ProgramKind } from "./program-kind.ts";

export const shop: ProgramKind = {
  settings: [
    "sessions",
    "areas",
    "keepsSettings",
    "cacheGuards",
    "freshCopies",
    "sale",
    "governance",
    "defects",
  ],
  problems: (spec, _name, node) => [
    ...missingBusinesses(spec, node),
    ...keepingProblems(spec, node),
    ...sessionProblems(spec, node),
    ...callingProblems(spec, node),
  ],
  async recipe({ member, port, host, reachedAt, kitchen, called, base, write }) {
    const config = { ...shopConfig(member, port, called, kitchen.addressOf), host };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "serve", "--config", path] },
      readiness: {
        does: "answer /health with 200",
        // A dozen of them may start at once on two cores.
        limitMs: 40_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};

function sessionProblems(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  const redises = calls.map((called) => spec.nodes[called]).filter((node) => node?.component === "redis");
  const isFor = (kept: string) => redises.some((node) => (node?.settings?.keeps ?? "pages") === kept);
  const problems: string[] = [];
  if (settings?.sessions === "replicated" && !isFor("pages"))
    problems.push("replicates sessions, and calls no cache through which its members could find each other");
  if (settings?.sessions !== undefined && isFor("sessions"))
    problems.push(`keeps sessions in two ways: ${settings.sessions}, and in a server of their own`);
  return problems;
}

function keepingProblems(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  if (settings?.keepsSettings === undefined) return [];
  const hasCentre = calls.some((called) => spec.nodes[called]?.component === "zookeeper");
  return hasCentre ? [] : ["keeps settings, and calls no configuration centre"];
}

/** Nothing while one of those it calls is not a node: that is told already, and may be the reason. */
function missingBusinesses(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  if (calls.some((called) => !(called in spec.nodes))) return [];
  const served = servicesCalled(spec, calls);
  const isServed = (area: Area, business: Business) =>
    servicesOf[area][business]?.every((name) => served.has(name)) ?? false;
  const businesses = new Set(
    (settings?.areas ?? allAreas).flatMap((area) =>
      businessesOf[area].filter((business) => !isServed(area, business)),
    ),
  );
  return [...businesses].toSorted().flatMap((business) => {
    const holders = calls.filter((called) => {
      const node = spec.nodes[called];
      return node?.replicaOf === undefined && node?.holds?.includes(business);
    });
    if (holders.length === 1) return [];
    const found = holders.length === 0 ? "none" : holders.join(" and ");
    return [`needs exactly one primary node that holds ${business} among those it calls, and has ${found}`];
  });
}

function servicesCalled(spec: TargetSpec, calls: readonly string[]): ReadonlySet<Service> {
  return new Set(calls.flatMap((called) => servedBy(spec, called)));
}

function callingProblems(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  const served = servicesCalled(spec, calls);
  const problems: string[] = [];
  if (settings?.sessions !== undefined && served.has("auth"))
    problems.push(`keeps sessions in two ways: ${settings.sessions}, and by a service`);
  if (settings?.governance !== undefined && served.size === 0)
    problems.push("governs calls, and calls no service");
  const [onBus, ownOnes] = ["bus", "service"].map((kind) =>
    calls.filter((called) => spec.nodes[called]?.component === kind),
  );
  if (onBus!.length > 0 && ownOnes!.length > 0)
    problems.push(`calls services both over ${onBus!.join(", ")} and itself: ${ownOnes!.join(", ")}`);
  const hasCarts = calls.some((called) => spec.nodes[called]?.settings?.keeps === "carts");
  if (served.has("user") && !hasCarts && (settings?.areas ?? allAreas).includes("cart"))
    problems.push("calls a user service, which keeps no carts, and no redis that does");
  return problems;
}
