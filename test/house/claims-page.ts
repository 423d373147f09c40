/** docs/claims.md, told from the catalogue of claims and the sittings in which they were measured. Pure. */
import { effectWords, lengthWords, limitWords, whereWords } from "../../cli/verify-report.ts";
import { ladderStages } from "../../controller/verify/ladder.ts";
import type { Verification } from "../../controller/verify/verification.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import { ladderRow } from "./claims-ladder.ts";
import { type FoundTogether, foundTogether, sittingName } from "./claims-sittings.ts";

/** @param sittings in the order they were begun; none: nobody has measured anything yet */
export function claimsPage(claims: readonly StageClaim[], sittings: readonly Verification[]): string {
  const stages = [...new Set(claims.map(({ stage }) => stage))];
  return `# Claims

What is said of the stages, and whether it is so: every claim of the catalogue (\`verdict/claims/stages/\`), by [bench verify](verify.md). Where they come from, and what decides them, is in
[0021](decisions/0021-claims-as-experiments.md). ${sittings.length === 0 ? "Nothing was measured yet." : measuredWords(sittings)}
\`npm run claims:page -- <verify.json>\` adds a sitting to this page.

${summary(claims, sittings)}

## The ladder

What each stage carries under \`mixed-daily\`, which tier ends it, and what one schedule of faults does to a flash sale at 60/s: an application is killed for 5 s, then a database, each chosen by the seed.
Medians, with the least and the most where there are several; a step is told where one sitting measured both stages. Stages 14 and 15 are containers and are not in it.

${tableOf(
  [
    "stage",
    "knee, arrivals/s",
    "× the stage before",
    "saturated first",
    "longest outage, s",
    "orders lost",
    "orders taken",
    "sittings",
  ],
  ladderStages.map((stage, at) => ladderRow(stage, ladderStages[at - 1], sittings)),
)}

${stages.map((stage) => section(stage, claims, sittings)).join("\n\n")}
`;
}

/** Repetitions that were taken again were made in the same folder before. */
function measuredWords(sittings: readonly Verification[]): string {
  const each = sittings.map((seen, at) => {
    const isReused = seen.experiments.some(({ repetitions }) => repetitions.some(({ isReused }) => isReused));
    const took = `${isReused ? "the last part of it" : "it"} took ${lengthWords(seen.tookS)}`;
    return `- ${sittingName(at)}: ${whereWords(seen)}; ${took}`;
  });
  return `Measured by \`bench verify\` in ${sittings.length === 1 ? "one sitting" : `${sittings.length} sittings`}:

${each.join("\n")}

Figures of several sittings are never put together: each verdict is that of one, which is named. A claim that a sitting could not decide is asked again by a later one, which is one more chance to err; one that was found to hold
and not to hold is not decided. Every repetition with its figures is in [claims.json](claims.json); the folders of the runs are on the machine they were made on.`;
}

function summary(claims: readonly StageClaim[], sittings: readonly Verification[]): string {
  if (sittings.length === 0) return `${claims.length} claims, none of them measured.`;
  const states = claims.map((claim) => stateOf(claim, foundTogether(claim, sittings)));
  const of = (state: string) => states.filter((each) => each === state).length;
  return tableOf(
    ["claims", "upheld", "refuted", "inconclusive", "not measured yet"],
    [[claims.length, of("upheld"), of("refuted"), of("inconclusive"), of(notMeasured)].map(String)],
  );
}

function section(stage: string, claims: readonly StageClaim[], sittings: readonly Verification[]): string {
  const own = claims
    .filter((claim) => claim.stage === stage)
    .map((claim) => ({ claim, found: foundTogether(claim, sittings) }));
  const reasons = own.flatMap(({ claim, found }) => {
    const because = reasonOf(claim, found);
    return because === undefined ? [] : [`- \`${claim.id}\`: ${because}`];
  });
  return [
    `## ${stage}`,
    tableOf(
      ["claim", "what it says", "kind", "verdict", "effect", "bound", "sitting", "evidence"],
      own.map(({ claim, found }) => {
        const shown = found?.shown.found;
        return [
          `\`${claim.id}\`${claim.expectation === "counter-claim" ? " (against the popular reading)" : ""}`,
          ...[claim.statement, claim.kind, stateOf(claim, found)],
          ...(shown === undefined ? ["", ""] : [effectWords(shown), limitWords(shown)]),
          found === undefined ? "" : sittingName(found.shown.at),
          (shown?.evidence ?? []).map(nameOf).join(", "),
        ];
      }),
    ),
    ...(reasons.length === 0 ? [] : [reasons.join("\n")]),
  ].join("\n\n");
}

const notMeasured = "not measured yet";

const stateOf = (claim: StageClaim, found: FoundTogether | undefined): string =>
  found?.status ?? (claim.decided.by === "nothing" ? "inconclusive" : notMeasured);

/** Of all that do not simply hold, and of what other sittings saw. */
function reasonOf(claim: StageClaim, together: FoundTogether | undefined): string | undefined {
  if (claim.decided.by === "nothing") return claim.decided.because;
  if (together === undefined) return undefined;
  const { shown, others } = together;
  const before = others.map(
    ({ at, found }) =>
      `in sitting ${sittingName(at)} it was ${found.status}${found.status === "upheld" ? "" : ` (${found.because})`}`,
  );
  if (shown.found.status === "upheld" && before.length === 0) return undefined;
  return [shown.found.status === "upheld" ? "upheld" : shown.found.because, ...before].join("; ");
}

/** The runs themselves are on the machine they were made on. */
const nameOf = (folder: string): string => folder.split("/").at(-1) ?? folder;

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
