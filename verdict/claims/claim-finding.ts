/** A claim and its answer as one document of a report: nothing of it has to be looked up elsewhere. */
import type { Status } from "../finding.ts";
import type { Answer, EffectSeen, Why } from "./answer.ts";
import type { ClaimAnswer } from "./decide.ts";
import { measureWords } from "./measure-words.ts";
import {
  type Article,
  articles,
  type Basis,
  type Bound,
  type ClaimKind,
  type Question,
  type StageName,
} from "./stage-claim.ts";

export interface ClaimFinding {
  readonly id: string;
  readonly stage: StageName;
  readonly statement: string;
  readonly kind: ClaimKind;
  readonly expectation: "supports" | "counter-claim";
  readonly sources: readonly { readonly article: Article; readonly title: string }[];
  readonly status: Status;
  /** One sentence with the figures. */
  readonly because: string;
  /** Null: it is not inconclusive. */
  readonly why: Why | null;
  /** Null: nothing here could decide it. */
  readonly question: QuestionFinding | null;
  readonly effect: EffectFinding | null;
  readonly moreRuns: number | null;
  readonly runIds: readonly string[];
  readonly setAside: Answer["setAside"];
  /** Null: it has none. */
  readonly control: {
    readonly what: string;
    readonly status: Status;
    readonly because: string;
    readonly runIds: readonly string[];
  } | null;
}

export interface QuestionFinding {
  readonly by: Question["by"];
  /** `the knee`; of a tier question `the tier that saturates first`. */
  readonly measure: string;
  /** Null: there is no number to hold it against. */
  readonly atLeast: number | null;
  readonly atMost: number | null;
  /** Of the number; null where there is none. */
  readonly basis: Basis["basis"] | null;
  readonly basisBecause: string | null;
  /** Of a tier question. */
  readonly tier: string | null;
}

export interface EffectFinding {
  /** Null: infinite. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** 0-1; null: nothing was estimated. */
  readonly confidence: number | null;
  readonly of: number | null;
  readonly to: number | null;
  readonly runs: readonly number[];
  readonly looks: number | null;
  readonly unit: string;
}

export function claimFinding(answer: ClaimAnswer): ClaimFinding {
  const { claim, status, because, why, effect, moreRuns, runIds, setAside, control } = answer;
  const { id, stage, statement, kind, expectation, sources, decided } = claim;
  return {
    ...{ id, stage, statement, kind, expectation },
    sources: sources.map((article) => ({ article, title: articles[article] })),
    ...{ status, because, why: why ?? null },
    question: decided.by === "nothing" ? null : questionFinding(decided),
    effect: effect === undefined ? null : effectFinding(effect),
    ...{ moreRuns: moreRuns ?? null, runIds, setAside },
    control:
      claim.control === undefined || control === undefined
        ? null
        : {
            what: claim.control.what,
            ...{ status: control.status, because: control.because, runIds: control.runIds },
          },
  };
}

function questionFinding(question: Question): QuestionFinding {
  const none = { atLeast: null, atMost: null, basis: null, basisBecause: null, tier: null };
  switch (question.by) {
    case "ratio":
      return {
        ...{ ...none, by: question.by, measure: measureWords(question.pair.measure) },
        ...boundFinding(question.ratio),
      };
    case "value":
      return {
        ...{ ...none, by: question.by, measure: measureWords(question.measure) },
        ...boundFinding(question.value),
      };
    case "never":
    case "sometimes":
      return { ...none, by: question.by, measure: measureWords(question.count) };
    case "tier":
      return { ...none, by: question.by, measure: "the tier that saturates first", tier: question.tier };
    default:
      return question satisfies never;
  }
}

const boundFinding = (bound: Bound) => ({
  atLeast: "atLeast" in bound ? bound.atLeast : null,
  atMost: "atMost" in bound ? bound.atMost : null,
  ...{ basis: bound.basis, basisBecause: bound.because },
});

const effectFinding = ({ value, interval, sides, runs, looks, unit }: EffectSeen): EffectFinding => ({
  value: finite(value),
  ...{ low: finite(interval?.low), high: finite(interval?.high), confidence: interval?.confidence ?? null },
  ...{ of: finite(sides?.of), to: finite(sides?.to), runs, looks: looks ?? null, unit },
});

/** JSON knows no infinity. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
