/** Wishes to faults of this run: who is meant, by what it is done, when; every problem at once. Pure. */
import { unknownName } from "../base/failure.ts";
import { mergedBirths, type NodeBirths } from "../targets/launch/birth.ts";
import { faults } from "./catalog.ts";
import type { ChaosPlan, FaultWish } from "./chaos-plan.ts";
import { chooseEdges, chooseFitting, chooseNodes } from "./choose.ts";
import {
  clients,
  type Edge,
  entry,
  type Fault,
  type FaultPlan,
  type Outlook,
  type PlannedFault,
} from "./fault.ts";
import { whyNotHere } from "./not-here.ts";

/** What will be done, and by what. */
export interface ScheduledFault extends PlannedFault {
  readonly mechanism: string;
  readonly place: Fault["place"];
  readonly undo: Fault["undo"];
}

export interface ChaosSchedule {
  /** In order of their start. */
  readonly faults: readonly ScheduledFault[];
  /** Edges that have to lead through the relay, each once. */
  readonly relayed: readonly Edge[];
  /** What nodes have to be given before their first moment; absent where nothing is. */
  readonly births?: NodeBirths;
  readonly quiet: ChaosPlan["quiet"];
  readonly problems: readonly string[];
}

/** One of them with what it has for itself, and from when to when. */
interface Booked {
  readonly planned: ScheduledFault;
  readonly ifLed: FaultPlan["ifLed"];
  readonly takes: readonly string[];
  /** From its lead on. */
  readonly fromS: number;
  /** Infinity when it stays to the end of the run. */
  readonly toS: number;
}

/** @param durationS length of the measured part */
export function planChaos(plan: ChaosPlan, outlook: Outlook, durationS: number): ChaosSchedule {
  const problems: string[] = [];
  const booked: Booked[] = [];
  const relayed = new Map<string, Edge>();
  const births: NodeBirths[] = [];
  const seed = plan.seed ?? outlook.seed;
  for (const [index, wish] of plan.wishes.entries()) {
    const fault = faults.find(({ name }) => name === wish.fault);
    if (fault === undefined) {
      const names = faults.map(({ name }) => name);
      const whyNot = whyNotHere(wish.fault);
      problems.push(
        whyNot === undefined
          ? unknownName("fault", wish.fault, names)
          : `there is no fault ${wish.fault}: ${whyNot}`,
      );
      continue;
    }
    const said = wordsOf(wish);
    const shape = shapeProblems(wish, fault, durationS).map((problem) => `${said}: ${problem}`);
    const places = placesOf(wish, fault, outlook, { seed, index });
    if ("problem" in places) shape.push(`${said}: ${places.problem}`);
    problems.push(...shape);
    if (shape.length > 0 || "problem" in places) continue;
    for (const place of places) {
      for (const atS of startsOf(wish)) {
        const planned: PlannedFault = {
          id: idOf(wish, place, atS, booked.map(idBooked)),
          fault: fault.name,
          ...(fault.value !== undefined && { value: wish.value ?? fault.value.usual }),
          ...place,
          atS,
          ...(wish.forS !== undefined && { forS: wish.forS }),
        };
        const how = fault.plan(planned, outlook);
        problems.push(...how.problems.map((problem) => `${said}: ${problem}`));
        const undo = how.undo ?? fault.undo;
        if (undo === "irreversible" && isForbidden(outlook))
          problems.push(
            `${said}: it cannot be undone, and the target is not ours; --allow-irreversible allows it`,
          );
        if (how.births !== undefined) births.push(how.births);
        for (const edge of how.edges ?? []) relayed.set(`${edge.from}>${edge.to}`, edge);
        booked.push({
          ifLed: how.ifLed,
          planned: { ...planned, mechanism: how.mechanism, place: fault.place, undo },
          takes: how.takes ?? [],
          fromS: inMillis(atS - (fault.leadS?.(planned) ?? 0)),
          toS: how.until === "end" ? Number.POSITIVE_INFINITY : inMillis(atS + (wish.forS ?? 0)),
        });
      }
    }
  }
  booked.sort((a, b) => a.planned.atS - b.planned.atS);
  problems.push(...clashes(booked), ...disturbances(booked, plan.quiet));
  return {
    faults: booked.map((each) => ({ ...each.planned, mechanism: mechanismOf(each, relayed) })),
    relayed: [...relayed.values()],
    ...(births.length > 0 && { births: mergedBirths(births) }),
    quiet: plan.quiet,
    problems: [...new Set(problems)],
  };
}

/** Known when all edges are that lead through the relay. */
function mechanismOf({ planned, ifLed }: Booked, relayed: ReadonlyMap<string, Edge>): string {
  const isLed = ({ from, to }: Edge) => relayed.has(`${from}>${to}`);
  if (ifLed === undefined || !ifLed.edges.some(isLed)) return planned.mechanism;
  if (ifLed.edges.every(isLed)) return ifLed.mechanism;
  return `${planned.mechanism}; ${ifLed.mechanism} where they lead through it for another fault`;
}

/** As it is written in `--chaos`. */
function wordsOf({ fault, value, where, atS, forS }: FaultWish): string {
  const [is, at, lasting] = [value && `=${value}`, where && `:${where}`, forS !== undefined && `+${forS}s`];
  return `${fault}${is ?? ""}${at ?? ""}@${atS}s${lasting || ""}`;
}

function shapeProblems(wish: FaultWish, fault: Fault, durationS: number): readonly string[] {
  const problems: string[] = [];
  if (wish.value !== undefined && fault.value === undefined) problems.push(`${fault.name} takes no value`);
  if (fault.lasts === "while" && !(wish.forS !== undefined && wish.forS > 0))
    problems.push(`${fault.name} needs a length; write for example ${fault.name}@${wish.atS}s+10s`);
  if (fault.lasts === "once" && wish.forS !== undefined)
    problems.push(`${fault.name} happens at one instant and has no length`);
  if (fault.place === "target" && wish.where !== undefined)
    problems.push(`${fault.name} is about the whole target`);
  if (fault.place !== "target" && wish.where === undefined)
    problems.push(`${fault.name} needs to know where; write for example ${fault.name}:tier=app@${wish.atS}s`);
  const last = startsOf(wish).at(-1)! + (wish.forS ?? 0);
  if (last > durationS)
    problems.push(`it would go on until ${last} s, and the measured part is over after ${durationS} s`);
  const { repeat, forS = 0 } = wish;
  if (repeat !== undefined && repeat.everyS <= forS)
    problems.push(`it would begin again after ${repeat.everyS} s, before it is over`);
  return problems;
}

const startsOf = ({ atS, repeat }: FaultWish): readonly number[] =>
  Array.from({ length: repeat?.times ?? 1 }, (_, time) => atS + time * (repeat?.everyS ?? 0));

/** What a run made itself goes with it; what is somebody's own stays as it is left. */
const isForbidden = ({ launcher, allowsIrreversible = false }: Outlook): boolean =>
  launcher === "external" && !allowsIrreversible;

type Place = Pick<PlannedFault, "nodes" | "edges" | "zone" | "group">;

function placesOf(
  { where = "" }: FaultWish,
  { place, name, only, isBothWays }: Fault,
  { members, spec }: Outlook,
  choice: { readonly seed: number; readonly index: number },
): readonly Place[] | { readonly problem: string } {
  if (place === "target") return [{ nodes: [], edges: [] }];
  if (where === "") return [];
  if (spec === undefined) return placesOutside(where, place);
  const membersMeant = () =>
    only === undefined
      ? chooseNodes(where, members, choice)
      : chooseFitting(where, members, choice, { name, only });
  switch (place) {
    case "node": {
      const found = membersMeant();
      return "problem" in found ? found : found.map(({ name }) => ({ nodes: [name], edges: [] }));
    }
    case "group": {
      const found = membersMeant();
      if ("problem" in found) return found;
      return [...new Set(found.map(({ node }) => node))].map((group) => ({
        ...{ group, edges: [] },
        nodes: members.filter(({ node }) => node === group).map(({ name }) => name),
      }));
    }
    case "edge": {
      const found = chooseEdges(where, members, spec, choice, isBothWays);
      if ("problem" in found) return found;
      return [{ nodes: nodesOf(found), edges: found }];
    }
    case "zone": {
      const zones = [...new Set(members.flatMap(({ zone }) => zone ?? []))];
      const named = where.replace(/^zone=/, "");
      if (!zones.includes(named)) return { problem: unknownName("zone", named, zones) };
      const nodes = members.filter(({ zone }) => zone === named).map(({ name }) => name);
      return [{ nodes, edges: [], zone: named }];
    }
    default:
      return place satisfies never;
  }
}

/** Who is at one end of all of them, or else whom they lead to. */
function nodesOf(edges: readonly Edge[]): readonly string[] {
  const callees = [...new Set(edges.map(({ to }) => to))];
  const common = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((name) =>
    edges.every(({ from, to }) => from === name || to === name),
  );
  return common.length === 1 ? common : callees;
}

/** Of somebody's own system we know one edge: the one by which our clients come in. */
function placesOutside(
  where: string,
  place: Fault["place"],
): readonly Place[] | { readonly problem: string } {
  if (place !== "edge") return { problem: "your own system has no nodes that we know of" };
  if (where !== entry && where !== `${clients}>${entry}`)
    return { problem: `of your own system we know the way in only; write ${clients}>${entry}` };
  return [{ nodes: [entry], edges: [{ from: clients, to: entry }] }];
}

function idOf(
  { fault, value, where: said = "" }: FaultWish,
  place: Place,
  atS: number,
  others: readonly string[],
): string {
  const { nodes, edges, zone, group } = place;
  // Of many edges the words are shorter than the names.
  const many = said.includes(">") ? said.replaceAll(" ", "") : nodes.join("+");
  const where = zone ?? group ?? (edges.length === 1 ? `${edges[0]!.from}>${edges[0]!.to}` : many);
  // One without a place is told from others by what it was given.
  const what = where === "" && value !== undefined ? `${fault}=${value}` : fault;
  const id = where === "" ? `${what}@${atS}` : `${what}:${where}@${atS}`;
  const twins = others.filter((other) => other === id || other.startsWith(`${id}#`)).length;
  return twins === 0 ? id : `${id}#${twins + 1}`;
}

const idBooked = ({ planned }: Booked): string => planned.id;

/** Sums of tenths are not exact, and end to start has to be. */
const inMillis = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

/** Two that would take the same thing at the same time. */
function clashes(booked: readonly Booked[]): readonly string[] {
  return booked.flatMap((one, at) =>
    booked.slice(at + 1).flatMap((other) => {
      const both = one.takes.find((each) => other.takes.includes(each));
      if (both === undefined || areApart(one, other)) return [];
      const ids = `${one.planned.id} and ${other.planned.id}`;
      return [`${ids} would both have the ${both} at ${Math.max(one.fromS, other.fromS)} s${leadOf(other)}`];
    }),
  );
}

/** Of one instant is only one. */
const areApart = (one: Booked, other: Booked): boolean =>
  (other.fromS >= one.toS || one.fromS >= other.toS) && one.planned.atS !== other.planned.atS;

const leadOf = ({ planned: { id, atS }, fromS }: Booked): string =>
  fromS < atS ? `: ${id} is made ready from ${fromS} s on` : "";

function disturbances(booked: readonly Booked[], quiet: ChaosPlan["quiet"]): readonly string[] {
  return quiet.flatMap((span) =>
    booked
      .filter(({ fromS, toS }) => fromS < span.toS && toS > span.fromS)
      .map(({ planned }) => `${planned.id} would disturb the quiet from ${span.fromS} s to ${span.toS} s`),
  );
}
