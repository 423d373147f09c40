/** Request to plan: settles everything that needs no contact with the world. Pure; all problems together. */
import { Failure, unknownName } from "../base/failure.ts";
import type { ChaosPlan } from "../chaos/chaos-plan.ts";
import type { Outlook } from "../chaos/fault.ts";
import type { HostSeen } from "../chaos/host-seen.ts";
import { type ChaosSchedule, planChaos } from "../chaos/plan-chaos.ts";
import type { LoadModel } from "../load/load-model.ts";
import { arrivalsBetween } from "../load/schedule.ts";
import { withWarmUp } from "../load/warm-up.ts";
import { namingSender, type SenderName, senderNames, usualSender } from "../proto/sender-names.ts";
import type { Phase, Scenario } from "../scenarios/scenario.ts";
import type { Claim } from "../targets/claim.ts";
import { membersOf } from "../targets/launch/members.ts";
import { launcherNames, launcherProblem, usualLauncher } from "../targets/launchers.ts";
import { type NetworkName, networkNamed, networkProblem } from "../targets/networks.ts";
import type { RunningTarget } from "../targets/running-target.ts";
import { missingFor, whyNotHosted } from "../targets/strategies.ts";
import type { DataSize, Strategy, TargetSpec } from "../targets/target.ts";
import { type Chosen, chooseVariants, strategyVariant } from "../targets/variant.ts";
import type { RecoveryObjective } from "../verdict/recovery/objective.ts";
import { recoverProblems } from "./recover-problems.ts";
import { usualDurationAt } from "./usual-duration.ts";

export interface RunRequest {
  readonly scenario: Scenario;
  /** Absolute path, when the scenario is the user's own file. */
  readonly scenarioFile?: string;
  readonly target: RequestedTarget;
  readonly strategy?: string;
  readonly ratePerS?: number;
  readonly durationS?: number;
  readonly warmupS?: number;
  /** Arrivals per second before the measured part, where it is to come after more than it is itself. */
  readonly warmupRatePerS?: number;
  /** At most so many rounds of load before CPU budgets apply; 0 measures a cold stage. Three when absent. */
  readonly exerciseRounds?: number;
  readonly seed?: number;
  readonly agents?: number;
  readonly connections?: number;
  readonly timeoutMs?: number;
  readonly sender?: string;
  /** How a stage is brought up; processes when absent. */
  readonly launcher?: string;
  /** What joins the nodes of a stage; loopback when absent. */
  readonly network?: string;
  readonly objectives?: Pick<Claim, "p99Ms" | "errorRatio" | "behindMs">;
  /** How soon the target has to be well again after each fault. */
  readonly recover?: readonly RecoveryObjective[];
  readonly allowHosts?: readonly string[];
  /** What is to go wrong, and what this machine lets go wrong. */
  readonly chaos?: {
    readonly plan: ChaosPlan;
    readonly host: HostSeen;
    /** Whether somebody's own system may be disturbed in ways that cannot be undone. */
    readonly allowsIrreversible?: boolean;
  };
}

export type RequestedTarget =
  | {
      readonly kind: "stage";
      /** As it is declared. */
      readonly spec: TargetSpec;
      /** What was chosen differently: `shops=4`. */
      readonly variants: readonly string[];
    }
  | { readonly kind: "external"; readonly urls: readonly string[]; readonly auditUrl?: string };

/** Everything decided. Frozen into `plan.json` before anything happens. */
export interface RunPlan {
  readonly schemaVersion: 1;
  readonly scenario: string;
  readonly scenarioFile?: string;
  readonly target: string;
  readonly launcher: RunningTarget["launcher"];
  /** What was asked to join the nodes; absent: loopback, or whatever the launcher has. */
  readonly network?: NetworkName;
  readonly urls: readonly string[];
  readonly auditUrl?: string;
  readonly strategy?: Strategy;
  /** What the target was chosen to be, by name; absent for targets that are not ours. */
  readonly variants?: Readonly<Record<string, string>>;
  /** Those that are not as usual, as words: `shops=3`. The way of selling is told by `strategy`. */
  readonly unusual?: readonly string[];
  readonly seed: number;
  readonly ratePerS: number;
  readonly durationS: number;
  readonly warmupS: number;
  /** Absent: that of the first second of the measured part. */
  readonly warmupRatePerS?: number;
  readonly drainS: number;
  readonly agents: number;
  readonly connectionsPerAgent: number;
  readonly maxInFlightPerAgent: number;
  readonly requestTimeoutMs: number;
  /** How requests are carried. */
  readonly sender: SenderName;
  readonly load: string;
  readonly loadKind: LoadModel["kind"];
  readonly phases: readonly Phase[];
  /** Arrivals of the measured part, all agents; for closed loads the population. */
  readonly arrivals: number;
  readonly expectedRequests: number;
  readonly data: DataSize;
  readonly sale?: { readonly itemId: number; readonly stock: number; readonly perUserLimit: number };
  readonly claim?: Claim;
  /** Absent: nothing is disturbed. */
  readonly chaos?: Pick<ChaosSchedule, "faults" | "relayed" | "births" | "quiet">;
  /** With faults: a good answer that takes longer is not counted as good when it is looked how the target gets over them. */
  readonly goodWithinMs?: number;
  /** How soon the target has to be well again after each fault. */
  readonly recover?: readonly RecoveryObjective[];
  /** Rounds without budgets until CPU per request is steady; only for targets we launch. */
  readonly exercise: { readonly rounds: number; readonly roundS: number; readonly ratePerS: number };
}

/** Rate of a run against a target that claims nothing: low enough to harm nobody, high enough to see. */
const modestRatePerS = 50;
const usualWarmupS = 5;
const usualSeed = 42;
/**
 * Beyond this one agent process cannot go. A tenth and less above the fastest seen: 188,139/s in a closed loop, wire
 * sender, one core of a 2.6 GHz Xeon, Node 20.20, a 200-byte JSON from nginx (test/bench/agent-open-loop.ts).
 */
const ceilingPerAgentPerS = 200_000;
const dayS = 86_400;
/** Source: docs/decisions/0002. */
export const usualExerciseRounds = 3;
/** The item on sale; any would do, a fixed one makes runs comparable. */
const saleItemId = 4_711;

/**
 * Decides a run.
 * @throws {Failure} `usage` with every problem found
 */
export function planRun(request: RunRequest): RunPlan {
  const problems: string[] = [];
  const { scenario, target } = request;
  const ownClaim = ownClaimOf(request);
  const ratePerS = rateOf(request);
  const durationS = request.durationS ?? usualDurationAt(ratePerS, request, ownClaim);
  const warmupS = request.warmupS ?? usualWarmupS;
  const agents = request.agents ?? 1;
  const timeoutMs = request.timeoutMs ?? 10_000;

  if (!(ratePerS > 0)) problems.push(`a rate of ${ratePerS}/s offers nothing; --rate must be above 0`);
  else if (ratePerS > agents * ceilingPerAgentPerS) {
    problems.push(
      `${ratePerS}/s is more than ${agents} agent${agents === 1 ? "" : "s"} can make (at most ${ceilingPerAgentPerS}/s each)`,
    );
  }
  if (!Number.isInteger(durationS) || durationS < 1 || durationS > dayS) {
    problems.push(`--duration ${durationS}s is not a whole number of seconds from 1 to ${dayS}`);
  }
  if (!Number.isInteger(warmupS) || warmupS < 0 || warmupS > dayS) {
    problems.push(`--warmup ${warmupS}s is not a whole number of seconds from 0 to ${dayS}`);
  }
  if (!(timeoutMs >= 1) || timeoutMs > 600_000)
    problems.push(`--timeout ${timeoutMs}ms is not between 1ms and 10m`);

  const launcher = chooseLauncher(request, problems);
  const network = networkNamed(request.network);
  problems.push(...[networkProblem(request.network, launcher) ?? []].flat());
  const sender = senderNames.find((each) => each === (request.sender ?? usualSender)) ?? usualSender;
  if (request.sender !== undefined && sender !== request.sender) {
    problems.push(unknownName("sender", request.sender, senderNames));
  }

  const chosen = target.kind === "stage" ? chosenTarget(target) : undefined;
  problems.push(...(chosen?.problems ?? []), ...nameProblems(chosen?.spec, sender));
  const strategy = chooseStrategy(request, chosen?.spec, problems);
  if (target.kind === "external" && request.exerciseRounds !== undefined)
    problems.push(
      "--exercise: only stages are exercised before they are measured; of your own system say --warmup",
    );
  if (target.kind === "external") problems.push(...hostProblems(target, request.allowHosts ?? []));
  if (scenario.sale !== undefined && target.kind === "external" && target.auditUrl === undefined) {
    problems.push(
      `${scenario.name} sells a limited stock, so the target must open a sale: give its --audit-url (docs/audit.md)`,
    );
  }
  const { problems: chaosProblems = [], ...chaos } = chaosOf(request, {
    ...{ spec: chosen?.spec, launcher, network: network ?? "loopback", durationS },
  });
  problems.push(...chaosProblems, ...recoverProblems(request, chaos.chaos?.faults ?? [], durationS));
  const shape = { ratePerS, durationS };
  const isShapeSound = problems.length === 0;
  const load = isShapeSound ? scenario.load(shape) : undefined;
  const { warmupRatePerS, seed = usualSeed } = request;
  const arrivals = load === undefined ? 0 : arrivalsOf(load, { warmupS, warmupRatePerS, durationS, seed });
  if (load !== undefined && arrivals < 1) {
    problems.push(`${load.describe()} is not one arrival; raise --rate or --duration`);
  }
  if (problems.length > 0 || load === undefined) {
    throw new Failure(
      "usage",
      `this run cannot be planned: ${problems.length} problem${problems.length === 1 ? "" : "s"}`,
      { problems },
    );
  }

  const claim = claimOf(request, ownClaim, ratePerS);
  const sale = scenario.sale?.(shape);
  return {
    schemaVersion: 1,
    scenario: scenario.name,
    ...(request.scenarioFile === undefined ? {} : { scenarioFile: request.scenarioFile }),
    target: target.kind === "stage" ? target.spec.id : target.urls.join(","),
    launcher,
    ...(network === "loopback" ? {} : { network }),
    urls: target.kind === "external" ? target.urls : [],
    ...(target.kind === "external" && target.auditUrl !== undefined ? { auditUrl: target.auditUrl } : {}),
    ...(strategy === undefined ? {} : { strategy }),
    ...(chosen === undefined
      ? {}
      : {
          variants: { ...chosen.variants, ...(strategy && { [strategyVariant]: strategy }) },
          unusual: chosen.unusual.filter((word) => !word.startsWith(`${strategyVariant}=`)),
        }),
    seed,
    ratePerS,
    durationS,
    warmupS,
    ...(warmupRatePerS === undefined ? {} : { warmupRatePerS }),
    drainS: Math.ceil(timeoutMs / 1000) + 1,
    agents,
    connectionsPerAgent: request.connections ?? 64,
    maxInFlightPerAgent: 10_000,
    requestTimeoutMs: timeoutMs,
    sender,
    load: load.describe(),
    loadKind: load.kind,
    phases: scenario.phases(shape),
    arrivals,
    expectedRequests: Math.round(arrivals * scenario.requestsPerArrival),
    data: target.kind === "stage" ? target.spec.data : { items: 1_000, categories: 10, users: 10_000 },
    ...(sale === undefined ? {} : { sale: { itemId: saleItemId, ...sale } }),
    ...(claim === undefined ? {} : { claim }),
    ...chaos,
    ...(chaos.chaos && { goodWithinMs: claim?.p99Ms ?? timeoutMs }),
    ...(request.recover && { recover: request.recover }),
    exercise:
      target.kind === "stage"
        ? {
            rounds: request.exerciseRounds ?? usualExerciseRounds,
            roundS: 4,
            ratePerS: Math.max(50, ratePerS),
          }
        : { rounds: 0, roundS: 0, ratePerS: 0 },
  };
}

/** What the target says of itself under this scenario. */
const ownClaimOf = ({ target, scenario }: RunRequest): Claim | undefined =>
  target.kind === "stage" ? target.spec.claims.find((each) => each.scenario === scenario.name) : undefined;

const rateOf = (request: RunRequest): number =>
  request.ratePerS ?? ownClaimOf(request)?.ratePerS ?? modestRatePerS;

/** What is known of the target before it is up. */
export function outlookOf(
  request: RunRequest,
  {
    spec,
    launcher,
    network,
  }: { readonly spec: TargetSpec | undefined } & Pick<Outlook, "launcher" | "network">,
): Outlook | undefined {
  const { chaos, scenario, seed = usualSeed } = request;
  if (chaos === undefined) return undefined;
  const strategy = chooseStrategy(request, spec, []);
  return {
    ratePerS: rateOf(request),
    ...{ launcher, network, seed, host: chaos.host, sells: scenario.sale !== undefined },
    members: spec === undefined ? [] : membersOf(spec),
    ...(spec !== undefined && { spec }),
    ...(strategy !== undefined && { strategy }),
    ...(chaos.plan.hooks && { hooks: chaos.plan.hooks }),
    ...(chaos.allowsIrreversible && { allowsIrreversible: true }),
  };
}

function chaosOf(
  request: RunRequest,
  { durationS, ...about }: Parameters<typeof outlookOf>[1] & { readonly durationS: number },
): Pick<RunPlan, "chaos"> & { readonly problems?: readonly string[] } {
  const outlook = outlookOf(request, about);
  if (request.chaos === undefined || outlook === undefined) return {};
  const { problems, ...schedule } = planChaos(request.chaos.plan, outlook, durationS);
  return { chaos: schedule, problems };
}

/** Arrivals of the measured part: their numbering begins with the warm-up, so they are counted within both together. */
function arrivalsOf(
  load: LoadModel,
  {
    warmupS,
    warmupRatePerS,
    durationS,
    seed,
  }: Pick<RunPlan, "warmupS" | "durationS" | "seed"> & { readonly warmupRatePerS: number | undefined },
): number {
  if (load.kind === "closed") return load.peakShoppers;
  const whole = withWarmUp(load, warmupS, warmupRatePerS);
  return arrivalsBetween(whole, seed, { fromS: warmupS, toS: warmupS + durationS });
}

/** The stage as it was chosen; pure, so whoever brings it up gets the same. */
export function chosenTarget(target: Extract<RequestedTarget, { kind: "stage" }>): Chosen {
  return chooseVariants(target.spec, target.variants);
}

/** An own system runs already. */
function chooseLauncher({ target, launcher }: RunRequest, problems: string[]): RunPlan["launcher"] {
  if (target.kind === "external") {
    if (launcher !== undefined) problems.push("--launcher is for stages; your own system runs already");
    return "external";
  }
  const problem = launcherProblem(target.spec, launcher);
  if (problem !== undefined) problems.push(problem);
  return launcherNames.find((name) => name === launcher) ?? usualLauncher(target.spec);
}

/** One sender looks names up; with the others a choice of what is done with the answers would change nothing. */
function nameProblems(spec: TargetSpec | undefined, sender: SenderName): string[] {
  const server = Object.values(spec?.nodes ?? {}).find(({ component }) => component === "knot");
  const lookups = server?.settings?.lookups ?? "honour";
  if (lookups === "honour" || sender === namingSender) return [];
  return [
    `the sender ${sender} is given addresses and looks no names up, so dns=${lookups} would change nothing; use --sender ${namingSender}`,
  ];
}

/** `--strategy F2` is short for `--variant strategy=F2`. */
function chooseStrategy(
  { strategy, scenario }: RunRequest,
  spec: TargetSpec | undefined,
  problems: string[],
): Strategy | undefined {
  if (spec === undefined) {
    if (strategy !== undefined) problems.push("--strategy is for stages; your own system sells as it does");
    return scenario.sale === undefined ? undefined : "F2";
  }
  const { strategies, defaultStrategy, id } = spec;
  if (strategy !== undefined && scenario.sale === undefined) {
    problems.push(`--strategy ${strategy} has no meaning in ${scenario.name}, which holds no flash sale`);
    return undefined;
  }
  if (scenario.sale === undefined) return undefined;
  const found = strategies.find((each) => each === (strategy ?? defaultStrategy));
  if (found === undefined) {
    const unknown = `${unknownName("strategy", strategy ?? "", strategies)} (${id} hosts ${strategies.join(", ")})`;
    problems.push(whyNotHosted(strategy ?? "", spec) ?? unknown);
  }
  // What the target sells by unless told otherwise was looked at with the rest of its declaration.
  const missing = found === undefined || found === defaultStrategy ? undefined : missingFor(found, spec);
  if (missing !== undefined) problems.push(`${id}: ${missing}`);
  return found;
}

/** Load goes only to this machine, or to hosts the user named. */
function hostProblems(
  target: Extract<RequestedTarget, { kind: "external" }>,
  allowed: readonly string[],
): string[] {
  const problems: string[] = [];
  for (const url of target.auditUrl === undefined ? target.urls : [...target.urls, target.auditUrl]) {
    if (!URL.canParse(url)) {
      problems.push(`"${url}" is not a URL; write for example http://127.0.0.1:3000`);
      continue;
    }
    const { protocol, hostname } = new URL(url);
    if (protocol !== "http:" && protocol !== "https:")
      problems.push(`${url}: only http and https can be loaded`);
    if (!isLoopback(hostname) && !allowed.includes(hostname)) {
      problems.push(
        `${hostname} is not this machine; if you may load it, say so with --allow-host ${hostname}`,
      );
    }
  }
  return problems;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function claimOf(request: RunRequest, own: Claim | undefined, ratePerS: number): Claim | undefined {
  const { objectives, scenario } = request;
  if (objectives === undefined) return own;
  // Instead of the target's own claim, not on top of it: what was not named is not limited.
  return { scenario: scenario.name, ratePerS, ...objectives, source: "--slo" };
}
