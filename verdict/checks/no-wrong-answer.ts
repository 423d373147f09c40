/** Whatever is broken behind it, an answer says what is so, or that it cannot: an error is no lie, a wrong price is one. */
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding, Status } from "../finding.ts";
import { count, counted } from "../telling/figures.ts";

export const noWrongAnswer: Check = {
  name: "no-wrong-answer",
  title: "no answer said what is not so, however much was broken",
  kind: "correctness",
  limits: {
    wrongAnswers: {
      value: 0,
      unit: "answers",
      source:
        "by definition: an answer may lack a part and say so, and may be an error, but not something else",
    },
  },
  /** Upheld only of runs with faults: that a shop answers rightly when nothing is broken is what every other check takes for granted. */
  judge(evidence) {
    const { overall, consistency = {}, faults = [] } = evidence;
    const answered = overall.count;
    const wrong = overall.outcomes.wrong ?? 0;
    // What breaks a guarantee is a wrong answer too, and told by the check of that guarantee.
    const told = Object.values(consistency).reduce((sum, { broken }) => sum + broken, 0);
    const answers = `${count(wrong)} of ${counted(answered, "answer")} ${wrong === 1 ? "was" : "were"} not what was asked for`;
    if (wrong <= told) {
      if (faults.length === 0) return [];
      if (!(answered > 0)) return [finding("inconclusive", "not one request was answered", 0)];
      const held =
        wrong === 0
          ? `none of ${counted(answered, "answer")} was wrong`
          : `${answers}, and all of them were looks at what shoppers rely on`;
      return [finding("upheld", held, 0)];
    }
    return [finding("refuted", `${answers}${whose(evidence)}`, wrong)];
  },
};

/** `, most of them of detail`. */
function whose({ operations }: Evidence): string {
  const [most] = Object.entries(operations)
    .map(([name, { outcomes }]) => ({ name, wrong: outcomes.wrong ?? 0 }))
    .filter(({ wrong }) => wrong > 0)
    .toSorted((a, b) => b.wrong - a.wrong);
  return most === undefined ? "" : `, most of them of ${most.name} (${count(most.wrong)})`;
}

const finding = (status: Status, because: string, observed: number): Finding => ({
  ...{ check: "no-wrong-answer", kind: "correctness", subject: "answers", status, because },
  ...{ observed, limit: 0, unit: "answers" },
});
