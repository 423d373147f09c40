/** Findings that lean on marked seconds, in which our instrument was not well, become inconclusive. */
import type { Evidence } from "./evidence.ts";
import { type Finding, measuredKinds } from "./finding.ts";
import { missingIn, withoutSeconds, withTimeouts } from "./left-out.ts";
import { markedSeconds, shadowOf } from "./marks.ts";
import { counted } from "./telling/figures.ts";
import { markedWords } from "./telling/marked.ts";

/**
 * `again` judges other evidence by the checks that measure. What does not depend on the instrument, the books above all,
 * stands whatever the marks.
 *
 * *Refuted* stands when the other seconds alone refute it too: they have nothing of our doing in them. Otherwise, or
 * when too little is left of them to tell, it is inconclusive.
 *
 * *Upheld* is another matter. Our lateness is inside the response time, and can make an answer late, a time-out or a
 * request that was never sent, but none of them better: what keeps its limit with our lateness keeps it without. So
 * it stands, unless so many requests of those seconds are missing (never sent, never answered) that they would turn
 * it, were each of them as bad as can be, and the other seconds alone do not uphold it either. A closed load is
 * different: there a late agent offers less, which does make it easier for the target; the other seconds must uphold it.
 */
export function leaned(
  findings: readonly Finding[],
  evidence: Evidence,
  again: (seen: Evidence) => readonly Finding[],
): readonly Finding[] {
  const marked = markedSeconds(evidence);
  const words = markedWords(evidence, marked);
  if (words === undefined) return findings;
  const shadow = shadowOf(evidence, marked);
  const missing = missingIn(evidence, shadow);
  const rest = again(withoutSeconds(evidence, shadow));
  const worst = missing === 0 ? findings : again(withTimeouts(evidence, missing));
  const isClosed = evidence.plan.openOrClosed === "closed";

  return findings.map((finding) => {
    const { status, kind } = finding;
    if (!measuredKinds.has(kind)) return finding;
    const alone = twinOf(finding, rest);
    switch (status) {
      case "inconclusive":
        return finding;
      case "refuted":
        return alone?.status === "refuted"
          ? finding
          : doubted(finding, `this leans on seconds in which our instrument was not well (${words})`, alone);
      case "upheld": {
        if (alone?.status === "upheld") return finding;
        if (isClosed) {
          return doubted(
            finding,
            `an instrument that is not well offers less in a closed load (${words})`,
            alone,
          );
        }
        return twinOf(finding, worst)?.status === "upheld"
          ? finding
          : doubted(
              finding,
              `${counted(missing, "request")} of seconds in which our instrument was not well (${words}) came to nothing, and they could turn it`,
              alone,
            );
      }
      default:
        return status satisfies never;
    }
  });
}

const twinOf = (finding: Finding, findings: readonly Finding[]): Finding | undefined =>
  findings.find(({ check, subject }) => check === finding.check && subject === finding.subject);

function doubted(finding: Finding, why: string, alone: Finding | undefined): Finding {
  const without = alone?.because ?? "it cannot be told";
  return {
    ...finding,
    status: "inconclusive",
    because: `${finding.because}, but ${why}; without them and those beside them, ${without}`,
  };
}
