/** What a verification found, as it stands in `verify.json`. Pure. */

import { type ClaimFinding, claimFinding } from "../../verdict/claims/claim-finding.ts";
import type { ClaimAnswer } from "../../verdict/claims/decide.ts";
import { isMissing } from "../../verdict/claims/measured.ts";
import type { Experiment } from "../../verdict/claims/stage-claim.ts";
import type { Status } from "../../verdict/finding.ts";
import type { RunAbout } from "../../verdict/reports/report.ts";
import { seconds } from "../../verdict/telling/figures.ts";
import { askedDigest } from "./asked-digest.ts";
import type { CarriedOut, Ending, Sample, Samples } from "./carry-out.ts";
import { experimentWords } from "./experiment-key.ts";
import { answerAtTheEnd } from "./looks-at-claims.ts";
import type { VerificationPlan } from "./plan-verification.ts";
import type { Taken } from "./taken.ts";

export interface Verification extends About {
  readonly schemaVersion: 1;
  readonly verdict: { readonly status: Status; readonly exitCode: VerifyExitCode };
  readonly tookS: number;
  readonly ending: Ending;
  readonly turns: number;
  readonly budgetS: number | null;
  readonly claims: readonly VerifiedClaim[];
  readonly experiments: readonly ExperimentSeen[];
}

export interface About {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly bench: string;
  readonly node: string;
  readonly host: RunAbout["host"];
}

export interface VerifiedClaim extends ClaimFinding {
  /** Of experiments, figure, bound and control: what was found is that of a claim that asks the same. */
  readonly asked: string;
  /** Folders of the runs and searches it rests on, those of its control too. */
  readonly evidence: readonly string[];
}

export interface ExperimentSeen {
  readonly words: string;
  readonly experiment: Experiment;
  /** Ids of the claims that want it. */
  readonly claims: readonly string[];
  readonly planned: number;
  readonly repetitions: readonly RepetitionSeen[];
}

export interface RepetitionSeen {
  readonly round: number;
  readonly seed: number;
  readonly tookS: number;
  readonly state: "made" | "failed";
  /** Null: it left none. */
  readonly folder: string | null;
  /** Made before, and taken again. */
  readonly isReused: boolean;
  /** Of one that failed. */
  readonly because: string | null;
  /** What claims asked for: the figure, or why there is none. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export type VerifyExitCode = 0 | 5 | 10 | 11 | 15;

export interface Seeing {
  readonly plan: VerificationPlan;
  readonly impossible: ReadonlyMap<string, string>;
  readonly about: About;
  readonly tookS: number;
}

export function verificationOf(
  { samples, ending }: CarriedOut<Taken>,
  { plan, impossible, about, tookS }: Seeing,
): Verification {
  const folders = foldersOf(samples);
  const answers = plan.claims.map((claim) => answerAtTheEnd(claim, samples, { plan, impossible }));
  const claims = answers.map((answer) => {
    const runIds = [...answer.runIds, ...(answer.control?.runIds ?? [])];
    return {
      ...claimFinding(answer),
      ...whyNotMeasured(answer, plan, ending),
      asked: askedDigest(answer.claim),
      evidence: [...new Set(runIds.flatMap((id) => folders.get(id) ?? []))],
    };
  });
  return {
    schemaVersion: 1,
    ...about,
    verdict: verdictOf(claims, ending),
    ...{ tookS, ending, turns: plan.turns, budgetS: plan.budgetS ?? null, claims },
    experiments: plan.experiments.map(({ key, experiment, claims: ids, runs }) => ({
      ...{ words: experimentWords(experiment), experiment, claims: ids, planned: runs },
      repetitions: (samples.get(key) ?? []).map(repetitionOf),
    })),
  };
}

function foldersOf(samples: Samples<Taken>): ReadonlyMap<string, string> {
  return new Map(
    [...samples.values()].flat().flatMap((sample) => {
      if (sample.state === "failed") return [];
      const taken = [...Object.values(sample.figures.figures), sample.figures.tier].find(
        (each) => each !== undefined,
      );
      return taken === undefined ? [] : [[taken.runId, sample.folder] as const];
    }),
  );
}

/** Instead of `it was not measured`, where it is known why. */
function whyNotMeasured(
  { claim, alone, status }: ClaimAnswer,
  { leftOut, measured }: VerificationPlan,
  ending: Ending,
): Partial<Pick<ClaimFinding, "because">> {
  const isUnseen = alone.why === "too-few" && alone.runIds.length === 0 && alone.setAside.length === 0;
  if (status !== "inconclusive" || !isUnseen) return {};
  const left = leftOut.find(({ id }) => id === claim.id);
  if (left !== undefined)
    return {
      because: `it did not fit into the budget: it would take ${seconds(Math.round(left.needsS))} more`,
    };
  return measured.includes(claim.id) && ending.status !== "complete"
    ? { because: `it was not measured: ${ending.because}` }
    : {};
}

/** The name of the figure that is a tier. */
export const tierWords = "the tier that saturates first";

function repetitionOf(sample: Sample<Taken>): RepetitionSeen {
  const { round, seed, tookS, state } = sample;
  if (sample.state === "failed")
    return {
      ...{ round, seed, tookS, state },
      folder: null,
      isReused: false,
      because: sample.because,
      figures: {},
    };
  const figures = Object.entries(sample.figures.figures).map(([words, { seen }]) => [
    words,
    isMissing(seen) ? seen.missing : seen.value,
  ]);
  const tier = sample.figures.tier?.seen;
  if (tier !== undefined)
    figures.push([tierWords, isMissing(tier) ? tier.missing : (tier.tier ?? tier.because)]);
  const { folder, isReused } = sample;
  return {
    ...{ round, seed, tookS, state, folder, isReused },
    because: null,
    figures: Object.fromEntries(figures),
  };
}

/**
 * A fault still in place, then a refuted claim about what must be right, then any refuted one, then doubt. Claims that nothing
 * here could decide are told and make no doubt, unless there is nothing else.
 */
function verdictOf(claims: readonly ClaimFinding[], ending: Ending): Verification["verdict"] {
  if (ending.status === "leaked") return { status: "refuted", exitCode: 15 };
  const refuted = claims.filter(({ status }) => status === "refuted");
  if (refuted.some(({ kind }) => kind === "consistency")) return { status: "refuted", exitCode: 11 };
  if (refuted.length > 0) return { status: "refuted", exitCode: 10 };
  const asked = claims.filter(({ why }) => why !== "undecidable");
  return asked.length === 0 || asked.some(({ status }) => status === "inconclusive")
    ? { status: "inconclusive", exitCode: 5 }
    : { status: "upheld", exitCode: 0 };
}
