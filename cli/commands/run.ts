/** `bench run`: words to request, request to plan, plan to evidence, evidence to verdict, verdict to exit code. */
import { randomBytes, randomInt } from "node:crypto";
import { join, resolve } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { startGuard } from "../../chaos/guard.ts";
import { startRelay } from "../../chaos/relay/start-relay.ts";
import { nameCertificate } from "../../controller/calibrate/certificate-file.ts";
import { thisHost } from "../../controller/calibrate/this-host.ts";
import { identityOf } from "../../controller/gate/identity.ts";
import { hostHere } from "../../controller/host-here.ts";
import { leftFirst } from "../../controller/left-in-place.ts";
import { LiveRun } from "../../controller/live-run.ts";
import { type MetricsDoor, openMetricsDoor } from "../../controller/metrics-door.ts";
import { deepLink } from "../../controller/observe/deep-link.ts";
import { readObserving } from "../../controller/observe/state.ts";
import { openFleet } from "../../controller/open-fleet.ts";
import { chosenTarget, outlookOf, planRun, type RunPlan, type RunRequest } from "../../controller/plan.ts";
import { newRunId, RunRecord } from "../../controller/record.ts";
import { isInterruption, type Parts, runPlan } from "../../controller/run.ts";
import { packageVersion } from "../../proto/version.ts";
import { RunningCompose } from "../../targets/launch/compose/running-compose.ts";
import { external } from "../../targets/launch/external.ts";
import { saveKept } from "../../targets/launch/kept.ts";
import { launchers } from "../../targets/launch/launchers.ts";
import { RunningProcesses } from "../../targets/launch/running-processes.ts";
import type { TargetSpec } from "../../targets/target.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { findReport } from "../../verdict/reports/catalog.ts";
import { describedRun } from "../../verdict/reports/openmetrics.ts";
import type { Judged } from "../../verdict/reports/report.ts";
import { tellAfterwards } from "../../verdict/run-afterwards.ts";
import { ensureComponents } from "../consent.ts";
import { deliver, type ReportWords, readReports } from "../deliver.ts";
import { endingCode } from "../leaked-first.ts";
import { readMetrics } from "../metrics-words.ts";
import { openProgress, type Progress, readUi, type Ui } from "../progress.ts";
import { type RunWords, readRequest } from "../request.ts";
import { certificatePath, keptFolder, resultsFolder, runsFolder } from "../results.ts";
import { selfCommand } from "../self.ts";
import type { Settings } from "../settings.ts";
import { printPlan } from "./plan.ts";

export interface RunOptions extends RunWords, Omit<ReportWords, "advisory"> {
  readonly keepTarget?: boolean;
  readonly dryRun?: boolean;
  readonly ui?: string;
}

export async function run(scenario: string, words: RunOptions, signal: AbortSignal): Promise<number> {
  const wanted = readReports(words);
  const ui = readUi(words.ui);
  const { request, settings } = await readRequest(scenario, words);
  const plan = planRun(request);
  if (words.keepTarget === true && (plan.chaos?.relayed.length ?? 0) > 0) {
    throw new Failure(
      "usage",
      "--keep-target cannot keep a target whose connections lead through the relay",
      {
        hint: "the relay ends with the run; leave --keep-target out, or the faults of the network",
      },
    );
  }
  if (words.dryRun === true) {
    printPlan(plan, wanted.isJson);
    return 0;
  }
  const judged = await perform(request, { plan, settings, isKept: words.keepTarget === true, ui }, signal);
  try {
    await deliver(judged, wanted);
    if (ui !== "none") sayWhereItIsSeen(judged);
  } catch (error) {
    throw leftFirst(error, judged.evidence.faults ?? [], judged.folder);
  }
  return endingCode(judged.verdict.exitCode, { signal, isAdvisory: settings.advisory === true });
}

/** Where somebody looks at runs (`bench observe`), this one can be seen there, or filled in. */
function sayWhereItIsSeen({ evidence: { runId, startedAt }, isScraped }: Done): void {
  const viewer = readObserving(resultsFolder());
  if (viewer === undefined) return;
  if (!isScraped) {
    process.stderr.write(`  no Prometheus has asked for it: bench observe --runs ${runId} fills it in\n`);
    return;
  }
  const about = { kind: "run", runId, fromEpochMs: Date.parse(startedAt), toEpochMs: Date.now() } as const;
  process.stderr.write(
    `  in ${"grafanaUrl" in viewer ? "Grafana" : "Prometheus"}: ${deepLink(viewer, about)}\n`,
  );
}

export interface Performed {
  readonly plan: RunPlan;
  readonly settings: Settings;
  readonly isKept: boolean;
  /** Where its folder is made; that of all runs when absent. */
  readonly runsIn?: string;
  /** How it is shown while it goes on. */
  readonly ui?: Ui | undefined;
}

export interface Done extends Judged {
  readonly folder: string;
  /** Whether a Prometheus was told of it while it went on. */
  readonly isScraped: boolean;
}

/** Carries a run out, and judges what it left in its folder. */
export async function perform(
  request: RunRequest,
  { plan, settings, isKept, runsIn = runsFolder(), ui }: Performed,
  signal: AbortSignal,
): Promise<Done> {
  const title = `${plan.scenario} on ${plan.target}`;
  const progress = openProgress({ stream: process.stderr, title, ui });
  const { target } = request;
  try {
    // Images bring their programs along; processes need those of this machine.
    if (target.kind === "stage" && plan.launcher === "processes") {
      await ensureComponents(chosenTarget(target).spec, {
        isAgreed: settings.install === true,
        network: plan.network,
        say: progress.heard.step,
        signal,
      });
    }
    const runId = newRunId(plan.scenario, plan.target, Date.now(), randomInt(0x10000));
    const live = new LiveRun(
      describedRun({ ...plan, runId, plan, version: packageVersion, faults: plan.chaos?.faults }),
      Object.keys(request.scenario.operations),
    );
    await using door = await doorFor(live, settings);
    const record = RunRecord.create(resolve(settings.out ?? join(runsIn, runId)), runId);
    if (door !== undefined) {
      record.event("metrics-door", { url: door.url });
      progress.heard.step(`figures while it goes on: ${door.url}`);
    } else if (settings.metrics === undefined)
      progress.heard.step("no figures while it goes on: the usual ports are taken; --metrics names another");
    // Nobody is told who cannot ask.
    const parts = { ...partsOf({ record, progress, request, plan, isKept }), ...(door && { live }) };
    const whatAndWhere = { ...about(runId), identity: identityOf(request) };
    const { faults = [] } = await carryOut(plan, { parts, whatAndWhere }, signal);
    progress.end();
    try {
      const judged = await judgedOf(record, whatAndWhere);
      if (settings.out === undefined) record.markLatest();
      tellAfterwards(live.series, judged);
      await door?.lastLook(signal, progress.heard.step);
      return { ...judged, isScraped: door?.isScraped ?? false };
    } catch (error) {
      throw leftFirst(error, faults, record.folder);
    }
  } finally {
    progress.end();
  }
}

/** Undefined when nobody is to ask, or nobody can. */
function doorFor(live: LiveRun, { metrics }: Settings): Promise<MetricsDoor | undefined> | undefined {
  const read = metrics === undefined ? undefined : readMetrics(metrics);
  const address = read !== undefined && "value" in read ? read.value : undefined;
  if (address === "off") return undefined;
  return openMetricsDoor({
    clock: systemClock,
    look: (isScrape) => live.look(isScrape),
    ...(address && { address }),
  });
}

/** What the run has left in its folder is judged, and the verdict is put beside it. */
async function judgedOf(record: RunRecord, whatAndWhere: object) {
  const { evidence, tally } = await readRun(record.folder);
  const verdict = judge(evidence, tally);
  const judged = { evidence, tally, verdict, folder: record.folder };
  record.write("report.txt", findReport("text").render(judged, { isColoured: false }));
  record.writeJson("verdict.json", verdict);
  record.writeJson("run.json", {
    ...whatAndWhere,
    state: evidence.ending.status,
    verdict: verdict.status,
  });
  return judged;
}

async function carryOut(
  plan: RunPlan,
  { parts, whatAndWhere }: { readonly parts: Parts; readonly whatAndWhere: object },
  signal: AbortSignal,
): Promise<Evidence> {
  const { record } = parts;
  record.writeJson("plan.json", { ...plan, runId: record.runId });
  record.writeJson("run.json", { ...whatAndWhere, state: "incomplete" });
  try {
    return await runPlan(plan, parts, signal);
  } catch (error) {
    const state = isInterruption(error) ? "interrupted" : "failed";
    const because = (error as Error).message;
    try {
      record.writeJson("run.json", { ...whatAndWhere, state, because });
    } catch {
      // A full disk may be why it failed, and must not hide what is still in place.
    }
    throw error;
  }
}

/** What a run needs of this machine. */
export function partsOf({
  record,
  progress,
  request,
  plan,
  isKept,
}: {
  readonly record: RunRecord;
  readonly progress: Progress;
  readonly request: RunRequest;
  readonly plan: RunPlan;
  readonly isKept: boolean;
}): Parts {
  const { target } = request;
  const launcher =
    target.kind === "stage"
      ? launchers[plan.launcher === "compose" ? "compose" : "processes"]
      : external(target.urls, target.auditUrl === undefined ? {} : { auditUrl: target.auditUrl });
  const spec = target.kind === "stage" ? chosenTarget(target).spec : undefined;
  const { launcher: launcherName, network = "loopback" } = plan;
  const outlook = outlookOf(request, { spec, launcher: launcherName, network });
  const certificate = nameCertificate(certificatePath(), thisHost(), plan.sender);
  return {
    clock: systemClock,
    record,
    heard: progress.heard,
    scenario: request.scenario,
    ...(outlook && { outlook }),
    ...(certificate === undefined ? {} : { certificate }),
    openGuard: () =>
      startGuard({ folder: record.folder, command: [...selfCommand, "guard", record.path("guard.ndjson")] }),
    openRelay: (edges, wards) =>
      startRelay({ edges, wards, command: selfCommand, logPath: record.path("relay.log") }),
    openTarget: ({ target: id }, wards, signal, through) =>
      launcher.up(
        spec ?? ({ id } as TargetSpec),
        {
          ...{ runId: record.runId, folder: record.path("target"), wards, say: progress.heard.step },
          ...(plan.network && { network: plan.network }),
          ...(plan.chaos?.births && { births: plan.chaos.births }),
          ...(through && { through }),
        },
        signal,
      ),
    openFleet: (plan, wards, watch) =>
      openFleet({
        count: plan.agents,
        wards,
        watch,
        self: selfCommand,
        token: randomBytes(24).toString("hex"),
        clock: systemClock,
        record,
      }),
    ...(isKept
      ? {
          keep: async (running) => {
            if (!(running instanceof RunningProcesses || running instanceof RunningCompose)) return;
            const kept = await running.leave();
            const variants = target.kind === "stage" ? chosenTarget(target).unusual : [];
            await saveKept(keptFolder(), { ...kept, variants });
            progress.heard.step(`${running.id} is left running; bench targets down ${running.id} ends it`);
          },
        }
      : {}),
  };
}

/** What is worth knowing about where a run was made. */
export const about = (runId: string) => ({
  schemaVersion: 1,
  runId,
  bench: packageVersion,
  node: process.version,
  host: hostHere(),
});
