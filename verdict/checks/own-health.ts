/** The instrument is judged first: were our own agents on time, and did they tell us everything? */
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { instrumentLimits, isPressureTelling, latenessLimitMs } from "../instrument-limits.ts";
import { count, counted, ms, percent, perS } from "../telling/figures.ts";
import { idleWords } from "../telling/idle.ts";
import { markedWords } from "../telling/marked.ts";

const limits = {
  ...instrumentLimits,
  stallOfRunRatio: {
    value: 0.005,
    unit: "ratio of the measured part",
    source: "half of the 1 % of requests that make the 99th percentile",
  },
  lostIntervals: { value: 0, unit: "intervals", source: "by definition: what was not reported is not known" },
  identityBreaks: {
    value: 0,
    unit: "seconds",
    source: "by definition: planned = fired + dropped, fired = completed + failed + in flight",
  },
  plannedRatio: {
    value: 0.99,
    unit: "of the arrivals owed",
    source: "judgement, the same as for the target's throughput",
  },
} as const;

export const ownHealth: Check = {
  name: "own-health",
  title: "our own agents were on time and told us everything",
  kind: "instrument",
  limits,
  judge(evidence) {
    if (evidence.load.fired === 0) {
      const because = "not one request was sent, so the instrument was not seen at work";
      return [{ ...about, subject: "agents", status: "inconclusive", because }];
    }
    const broken = questions.flatMap((question) => question(evidence) ?? []);
    if (broken.length > 0) return broken;
    const { slipMs, agentCpuRatio } = evidence.instrument;
    return [
      {
        ...about,
        subject: "agents",
        status: "upheld",
        because: `requests left ${ms(slipMs.p99)} late at the 99th percentile, the busiest agent used ${percent(agentCpuRatio)} of a core${beyondCertified(evidence)}${marked(evidence)}`,
        observed: slipMs.p99,
        limit: latenessLimitMs(evidence, limits.slipFloorMs.value),
        unit: "ms",
      },
    ];
  },
};

/** A rate for which the instrument was not proven is worth a word, although it did well this time. */
function beyondCertified({ certificate, load, plan }: Evidence): string {
  const ratePerS = load.offeredPerS / plan.agents;
  return certificate?.isForThisHost === true && ratePerS > certificate.maxRatePerAgentPerS
    ? `; ${perS(ratePerS)} per agent is more than the ${perS(certificate.maxRatePerAgentPerS)} it is certified for`
    : "";
}

/** A run may be well as a whole and not in each of its seconds; see verdict/leaning.ts. */
function marked(evidence: Evidence): string {
  const words = markedWords(evidence);
  return words === undefined ? "" : `; ${words}`;
}

/** Virtual machines can be late without being busy; and there is something to be done about it. */
function sleepy({ instrument: { hostPressure } }: Evidence): string {
  const { haltPollMs } = hostPressure;
  return haltPollMs === undefined || haltPollMs >= limits.haltPollMs.value
    ? ""
    : `; idle cores of this virtual machine are ${idleWords(haltPollMs)}, and wake late (docs/own-health.md)`;
}

const about = { check: "own-health", kind: "instrument" } as const;

type Question = (evidence: Evidence) => Finding | undefined;

const questions: readonly Question[] = [
  (evidence) => {
    const { p99 } = evidence.instrument.slipMs;
    const limit = latenessLimitMs(evidence, limits.slipFloorMs.value);
    return above(
      "agents",
      p99,
      limit,
      "ms",
      `our agents sent requests late: slip p99 was ${ms(p99)}, the limit is ${ms(limit)}${sleepy(evidence)}`,
    );
  },
  (evidence) => {
    const { p99 } = evidence.instrument.eventLoopDelayMs;
    const limit = latenessLimitMs(evidence, limits.eventLoopFloorMs.value);
    const because = `our agents read answers late: event-loop delay p99 was ${ms(p99)}, the limit is ${ms(limit)}`;
    return above("agents", p99, limit, "ms", because);
  },
  ({ instrument: { agentCpuRatio } }) => {
    const limit = limits.agentCpuRatio.value;
    const because = `the busiest agent used ${percent(agentCpuRatio)} of a core, the limit is ${percent(limit)}`;
    return above("agents", agentCpuRatio, limit, "ratio", because);
  },
  ({ instrument: { stalledMs }, ending: { measuredS } }) => {
    const limit = Math.max(limits.stallFloorMs.value, measuredS * 1_000 * limits.stallOfRunRatio.value);
    return above(
      "agents",
      stalledMs,
      limit,
      "ms",
      `an agent stood still for ${ms(stalledMs)}, the limit is ${ms(limit)}`,
    );
  },
  ({ instrument: { lostIntervals } }) => {
    const because = `${counted(lostIntervals, "interval")} of the agents' reports never came`;
    return above("agents", lostIntervals, limits.lostIntervals.value, "intervals", because);
  },
  ({ instrument: { identityBreaks } }) => {
    const because = `the agents' counts do not add up in ${counted(identityBreaks.length, "second")}: ${identityBreaks[0]}`;
    return above("agents", identityBreaks.length, limits.identityBreaks.value, "seconds", because);
  },
  (evidence) => {
    const { arrivals } = evidence.plan;
    // An open plan driven to its end owes all its arrivals; journeys only add to them.
    if (evidence.plan.openOrClosed === "closed" || evidence.ending.status !== "complete") return undefined;
    const least = Math.floor(arrivals * limits.plannedRatio.value);
    const { planned } = evidence.load;
    if (planned >= least) return undefined;
    const because = `our agents planned only ${count(planned)} of ${counted(arrivals, "arrival")} owed`;
    return {
      ...about,
      subject: "agents",
      status: "refuted",
      because,
      observed: planned,
      limit: least,
      unit: "arrivals",
    };
  },
  ({ instrument: { hostPressure } }) => {
    const steal = hostPressure.stealRatio ?? 0;
    const because = `the hypervisor took ${percent(steal)} of this machine's CPU time, the limit is ${percent(limits.stealRatio.value)}`;
    return above("host", steal, limits.stealRatio.value, "ratio", because);
  },
  (evidence) => {
    if (!isPressureTelling(evidence)) return undefined;
    const waited = evidence.instrument.hostPressure.cpuSomeRatio ?? 0;
    const because = `something on this machine waited for a CPU ${percent(waited)} of the time, and no CPU budgets kept the target from our agents`;
    return above("host", waited, limits.hostPressureRatio.value, "ratio", because);
  },
];

function above(
  subject: string,
  observed: number,
  limit: number,
  unit: string,
  because: string,
): Finding | undefined {
  return observed > limit
    ? { ...about, subject, status: "refuted", because, observed, limit, unit }
    : undefined;
}
