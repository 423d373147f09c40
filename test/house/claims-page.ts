/** docs/claims.md, told from the catalogue of claims and one verification of all of them. Pure. */
import { effectWords, lengthWords, limitWords, whereWords } from "../../cli/verify-report.ts";
import { askedDigest } from "../../controller/verify/asked-digest.ts";
import { ladderStages } from "../../controller/verify/ladder.ts";
import type { Verification, VerifiedClaim } from "../../controller/verify/verification.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import { ladderRow } from "./claims-ladder.ts";

/** @param seen absent: nobody has measured anything yet */
export function claimsPage(claims: readonly StageClaim[], seen: Verification | undefined): string {
  const stages = [...new Set(claims.map(({ stage }) => stage))];
  return `# Claims

What is said of the stages, and whether it is so: every claim of the catalogue (\`verdict/claims/stages/\`), by [bench verify](verify.md). Where they come from, and what decides them, is in
[0021](decisions/0021-claims-as-experiments.md). ${seen === undefined ? "Nothing was measured yet." : measuredWords(seen)}
\`npm run claims:page -- <verify.json>\` writes this page.

${summary(claims, seen)}

## The ladder

What each stage carries under \`mixed-daily\`, which tier ends it, and what one schedule of faults does to a flash sale at 60/s: an application is killed for 5 s, then a database, each chosen by the seed.
Medians, with the least and the most where there are several. Stages 14 and 15 are containers and are not in it.

${tableOf(
  [
    "stage",
    "knee, arrivals/s",
    "× the stage before",
    "saturated first",
    "longest outage, s",
    "orders lost",
    "orders taken",
  ],
  ladderStages.map((stage, at) => ladderRow(stage, ladderStages[at - 1], seen)),
)}

${stages.map((stage) => section(stage, claims, seen)).join("\n\n")}
`;
}

/** Repetitions that were taken again were made in a sitting before. */
function measuredWords(seen: Verification): string {
  const isReused = seen.experiments.some(({ repetitions }) => repetitions.some((each) => each.isReused));
  const took = isReused ? "the last of several sittings took" : "it took";
  return (
    `Measured by \`bench verify --all\` on ${whereWords(seen)}; ${took} ${lengthWords(seen.tookS)}. ` +
    "Every repetition with its figures is in [claims.json](claims.json); the folders of the runs are on the machine they were made on."
  );
}

function summary(claims: readonly StageClaim[], seen: Verification | undefined): string {
  if (seen === undefined) return `${claims.length} claims, none of them measured.`;
  const states = claims.map((claim) => stateOf(claim, seen));
  const of = (state: string) => states.filter((each) => each === state).length;
  return tableOf(
    ["claims", "upheld", "refuted", "inconclusive", "not measured yet"],
    [[claims.length, of("upheld"), of("refuted"), of("inconclusive"), of(notMeasured)].map(String)],
  );
}

function section(stage: string, claims: readonly StageClaim[], seen: Verification | undefined): string {
  const own = claims.filter((claim) => claim.stage === stage);
  const reasons = own.flatMap((claim) => {
    const because = reasonOf(claim, seen);
    return because === undefined ? [] : [`- \`${claim.id}\`: ${because}`];
  });
  return [
    `## ${stage}`,
    tableOf(
      ["claim", "what it says", "kind", "verdict", "effect", "bound", "evidence"],
      own.map((claim) => {
        const found = findingOf(claim, seen);
        return [
          `\`${claim.id}\`${claim.expectation === "counter-claim" ? " (against the popular reading)" : ""}`,
          ...[claim.statement, claim.kind, stateOf(claim, seen)],
          ...(found === undefined ? ["", ""] : [effectWords(found), limitWords(found)]),
          (found?.evidence ?? []).map(nameOf).join(", "),
        ];
      }),
    ),
    ...(reasons.length === 0 ? [] : [reasons.join("\n")]),
  ].join("\n\n");
}

const notMeasured = "not measured yet";

/** What was measured of another wording, by another experiment or against another bound was not measured of this one. */
function findingOf(claim: StageClaim, seen: Verification | undefined): VerifiedClaim | undefined {
  const now = askedDigest(claim);
  return seen?.claims.find(
    (found) =>
      found.id === claim.id && found.statement === claim.statement && found.asked === now && !isUnseen(found),
  );
}

/** It was left out of a budget, or the verification was broken off before its turn came. */
const isUnseen = ({ why, evidence, setAside }: VerifiedClaim): boolean =>
  why === "too-few" && evidence.length === 0 && setAside.length === 0;

const stateOf = (claim: StageClaim, seen: Verification | undefined): string =>
  findingOf(claim, seen)?.status ?? (claim.decided.by === "nothing" ? "inconclusive" : notMeasured);

/** Of all that do not simply hold. */
function reasonOf(claim: StageClaim, seen: Verification | undefined): string | undefined {
  if (claim.decided.by === "nothing") return claim.decided.because;
  const found = findingOf(claim, seen);
  return found === undefined || found.status === "upheld" ? undefined : found.because;
}

/** The runs themselves are on the machine they were made on. */
const nameOf = (folder: string): string => folder.split("/").at(-1) ?? folder;

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
