/** Never more sold than there was. */
import { booksState, salesOf, subjectOf } from "../books.ts";
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { count, counted } from "../telling/figures.ts";

export const noOversell: Check = {
  name: "no-oversell",
  title: "no more units were sold than existed",
  kind: "correctness",
  limits: {
    oversoldUnits: { value: 0, unit: "units", source: "by definition: what is not there cannot be sold" },
  },
  judge(evidence, tally) {
    const about = { check: "no-oversell", kind: "correctness" } as const;
    const seen = evidence.correctness;
    const state = booksState(evidence, tally);
    if (seen === undefined || seen.stocks.length === 0) {
      return state.kind === "unproven"
        ? [{ ...about, subject: "sale", status: "inconclusive", because: state.because }]
        : [];
    }
    const findings: Finding[] = [];
    // What is sold stays sold, so an oversell stands even when the final read broke off.
    for (const stock of seen.stocks) {
      if (stock.sold <= stock.initial) continue;
      findings.push({
        ...about,
        subject: subjectOf(stock),
        status: "refuted",
        because:
          `${counted(stock.sold, "unit")} of ${subjectOf(stock)} were sold although only ${count(stock.initial)} existed ` +
          `(${count(stock.sold - stock.initial)} oversold)`,
        observed: stock.sold,
        limit: stock.initial,
        unit: "units",
      });
    }
    for (const stock of salesOf(seen)) {
      if (stock.sold > stock.initial) continue;
      const figures = { observed: stock.sold, limit: stock.initial, unit: "units" };
      const subject = subjectOf(stock);
      const because = vacuous(stock.initial, stock.sold, tally?.attempts ?? 0);
      if (state.kind === "unproven") {
        findings.push({ ...about, subject, status: "inconclusive", because: state.because, ...figures });
      } else if (because !== undefined) {
        findings.push({ ...about, subject, status: "inconclusive", because, ...figures });
      } else {
        const sold = `${count(stock.sold)} of ${counted(stock.initial, "unit")} of ${subject} sold`;
        const asked = `${counted(tally?.attempts ?? 0, "attempt")}`;
        findings.push({
          ...about,
          subject,
          status: "upheld",
          because: `${sold}, none too many, in ${asked}`,
          ...figures,
        });
      }
    }
    return findings;
  },
};

/** Fewer attempts than units cannot oversell, however broken the shop is; so that proves nothing. */
function vacuous(initial: number, sold: number, attempts: number): string | undefined {
  if (sold === 0) return "nothing was bought, so nothing is proven";
  if (attempts > initial) return undefined;
  return `only ${counted(attempts, "attempt")} for ${counted(initial, "unit")}: the sale was never put to the test`;
}
