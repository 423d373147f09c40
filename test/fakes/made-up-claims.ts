/** Claims nobody makes, to try the machinery on. */
import type { HostSeen } from "../../chaos/host-seen.ts";
import type { KneeExperiment, RunExperiment, StageClaim } from "../../verdict/claims/stage-claim.ts";

/** One that lets everything be tried. */
export const anyHost: HostSeen = { platform: "linux", isRoot: true, hasProc: true, hasClockLibrary: true };

export const browseOn = (
  target: RunExperiment["side"]["target"],
  variants: readonly string[] = [],
): RunExperiment => ({
  ...{ kind: "run", scenario: "browse", ratePerS: 100, durationS: 20 },
  side: { target, ...(variants.length > 0 && { variants }) },
});

export const kneeOn = (
  target: KneeExperiment["side"]["target"],
  variants: readonly string[] = [],
): KneeExperiment => ({
  ...{ kind: "knee", scenario: "browse" },
  side: { target, ...(variants.length > 0 && { variants }) },
});

const said = { sources: [], kind: "throughput", expectation: "supports" } as const;
const derived = { basis: "derived", because: "more is more" } as const;

/** The knee of one as a multiple of that of the other. */
export const moreThan = (id: string, of: KneeExperiment, to: KneeExperiment): StageClaim => ({
  ...{ id, stage: of.side.target, statement: `${id} carries more.`, ...said },
  decided: {
    by: "ratio",
    pair: { measure: { figure: "knee-per-s" }, of, to },
    ratio: { atLeast: 1, ...derived },
  },
});

/** The p99 of one run as a multiple of that of another. */
export const slowerThan = (id: string, of: RunExperiment, to: RunExperiment): StageClaim => ({
  ...{ id, stage: of.side.target, statement: `${id} is slower.`, ...said, kind: "latency" },
  decided: {
    by: "ratio",
    pair: { measure: { figure: "response", quantile: "p99" }, of, to },
    ratio: { atLeast: 1, ...derived },
  },
});

export const fastEnough = (id: string, of: RunExperiment): StageClaim => ({
  ...{ id, stage: of.side.target, statement: `${id} is fast.`, ...said, kind: "latency" },
  decided: {
    ...{ by: "value", of, measure: { figure: "response", quantile: "p99" } },
    value: { atMost: 250, ...derived },
  },
});

export const neverOversold = (id: string, of: RunExperiment): StageClaim => ({
  ...{ id, stage: of.side.target, statement: `${id} never oversells.`, ...said, kind: "consistency" },
  decided: { by: "never", count: { figure: "oversold" }, of },
});

export const undecidable = (id: string, stage: StageClaim["stage"]): StageClaim => ({
  ...{ id, stage, statement: `${id} cannot be told here.`, ...said },
  decided: { by: "nothing", because: "it takes a second continent" },
});
