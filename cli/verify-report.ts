/** A verification for people, at most 110 columns: what holds, what does not, and why the rest cannot be told. */

import { experimentWords } from "../controller/verify/experiment-key.ts";
import type { VerificationPlan } from "../controller/verify/plan-verification.ts";
import type { Verification, VerifiedClaim } from "../controller/verify/verification.ts";
import { boundWords, digits, withUnit } from "../verdict/claims/bound.ts";
import { counted } from "../verdict/telling/figures.ts";
import { andIdle } from "../verdict/telling/idle.ts";
import { table, wrapped } from "../verdict/telling/table.ts";

const width = 110;

export function verifyLines(seen: Verification, folder: string): readonly string[] {
  const { claims, ending, tookS } = seen;
  return [
    ...wrapped("", headline(seen), width),
    ...(ending.status === "complete" ? [] : wrapped("", `it is not whole: ${ending.because}`, width)),
    "",
    ...table([["claim", "verdict", "effect", "bound", "evidence"], ...claims.map(row)], 5).map((line) =>
      line.trimEnd(),
    ),
    "",
    ...claims.flatMap(reasonLines),
    ...wrapped("", `${whereWords(seen)}; took ${lengthWords(tookS)}; ${folder}`, width),
  ];
}

/** `2026-11-21, Intel Xeon, 2 cores, linux 6.18, Node v20.20.2, bench 0.1.0`. */
export const whereWords = ({ startedAt, host, node, bench }: Verification): string =>
  [
    ...[startedAt.slice(0, 10), host.cpu, `${counted(host.cores, "core")}${andIdle(host.haltPollMs)}`],
    `${host.platform} ${host.kernel}`,
    ...[`Node ${node}`, `bench ${bench}`],
  ].join(", ");

function headline({ claims, verdict }: Verification): string {
  const of = (status: string) => claims.filter((claim) => claim.status === status).length;
  const open = claims.filter(({ status, why }) => status === "inconclusive" && why !== "undecidable").length;
  const never = of("inconclusive") - open;
  const [hold, not] = [of("upheld"), of("refuted")];
  return [
    `${verdict.status.toUpperCase()}: of ${counted(claims.length, "claim")} ${hold} ${hold === 1 ? "holds" : "hold"}, ${not} ${not === 1 ? "does" : "do"} not`,
    ...(open > 0 ? [`${open} could not be told`] : []),
    ...(never > 0 ? [`${never} cannot be told here`] : []),
  ].join(", ");
}

const row = (claim: VerifiedClaim): readonly string[] => [
  claim.expectation === "counter-claim" ? `${claim.id} *` : claim.id,
  claim.status,
  effectWords(claim),
  limitWords(claim),
  claim.evidence.length === 0 ? "-" : counted(claim.evidence.length, "run"),
];

/** `1.34 (1.21 to 1.48)`. */
export function effectWords({ effect }: Pick<VerifiedClaim, "effect">): string {
  if (effect === null) return "-";
  const shown = withUnit(effect.unit);
  const value = effect.value === null ? "no end" : shown(effect.value);
  if (effect.low === null || effect.confidence === null)
    return effect.looks === null ? value : `${value} in ${counted(effect.looks, "look")}`;
  return `${value} (${digits(effect.low)} to ${effect.high === null ? "any" : digits(effect.high)})`;
}

/** What the effect is held against, with what it is. */
export function limitWords({ question }: Pick<VerifiedClaim, "question">): string {
  if (question === null) return "-";
  const { by, atLeast, atMost, tier } = question;
  if (by === "never") return "never";
  if (by === "sometimes") return "at least once";
  if (by === "tier") return tier ?? "-";
  const limits = { ...(atLeast !== null && { atLeast }), ...(atMost !== null && { atMost }) };
  return boundWords(limits, digits);
}

/** Of those that do not simply hold: the statement, and what was seen. */
function reasonLines({ id, status, statement, because, why, moreRuns }: VerifiedClaim): readonly string[] {
  if (status === "upheld") return [];
  // An interval over its bound says itself how many more would decide.
  const isTold = because.includes("would decide");
  const more =
    moreRuns === null || why === "undecidable" || isTold
      ? ""
      : `; ${counted(moreRuns, "more run")} of a side might decide`;
  return [...wrapped(`${id}  `, `"${statement}" is ${status}: ${because}${more}`, width), ""];
}

/** What would be made, and how long it would take. */
export function planLines(
  { claims, measured, leftOut, experiments, needsS, steps, budgetS }: VerificationPlan,
  impossible: ReadonlyMap<string, string>,
): readonly string[] {
  const never = claims.filter(({ decided }) => decided.by === "nothing");
  return [
    `${counted(measured.length, "claim")} by ${counted(experiments.length, "experiment")}, ${counted(steps.length, "run")}, about ${lengthWords(needsS)}${budgetS === undefined ? "" : ` of ${lengthWords(budgetS)}`}`,
    "",
    ...experimentLines(experiments),
    ...section(
      "cannot be carried out here",
      [...impossible].map(([key, because]) => {
        const found = experiments.find((each) => each.key === key);
        return `${found === undefined ? key : experimentWords(found.experiment)}: ${because}`;
      }),
    ),
    ...section(
      "do not fit into the budget",
      leftOut.map(({ id, needsS: moreS }) => `${id}: ${lengthWords(moreS)} more`),
    ),
    ...section(
      "cannot be decided here",
      never.map(({ id, decided }) => `${id}: ${"because" in decided ? decided.because : ""}`),
    ),
  ];
}

/** What each is stands last, for it may be long. */
function experimentLines(experiments: VerificationPlan["experiments"]): readonly string[] {
  const figures = table(
    [
      ["times", "about s each", "claims"],
      ...experiments.map(({ runs, needsS, claims }) => [
        ...[String(runs), String(Math.round(needsS)), claims.length === 0 ? "ladder" : String(claims.length)],
      ]),
    ],
    0,
  );
  const words = ["experiment", ...experiments.map(({ experiment }) => experimentWords(experiment))];
  return figures.map((line, at) => `${line}  ${words[at]}`);
}

const section = (head: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ["", `${head}:`, ...items.flatMap((item) => wrapped("  ", item, width))];

/** `45 s`, `12 min`, `3 h 20 min`. */
export function lengthWords(lengthS: number): string {
  if (lengthS < 90) return `${Math.round(lengthS)} s`;
  const minutes = Math.round(lengthS / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
