/** Probes without a target: each says what the script makes of its order. The time they would take passes on a clock of its own. */
import type { Probed, ProbeOrder, Prober } from "../../controller/capacity/find-knee.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { ProbeSeen } from "../../verdict/capacity/probe.ts";

/** What is not as in a good probe; or what the probe throws. */
export type ScriptedProbe = Partial<ProbeSeen> | Error;

/** Between two drives. */
const betweenMs = 1_300;
const usualSpanS = 3;

export class ScriptedProber implements Prober {
  readonly probes: ProbeSeen[] = [];
  /** As they came, also those that threw. */
  readonly orders: ProbeOrder[] = [];
  readonly #script: (order: ProbeOrder, earlier: readonly ProbeSeen[]) => ScriptedProbe;
  #nowMs = 0;

  constructor(script: (order: ProbeOrder, earlier: readonly ProbeSeen[]) => ScriptedProbe) {
    this.#script = script;
  }

  async make(order: ProbeOrder): Promise<Probed> {
    this.orders.push(order);
    const scripted = this.#script(order, this.probes);
    if (scripted instanceof Error) throw scripted;
    const { aim, ratePerS, spanS = usualSpanS } = order;
    const seen: ProbeSeen = {
      ...{ aim, ratePerS, spanS, offeredPerS: ratePerS, completedPerS: ratePerS, goodPerS: ratePerS },
      ...{ late: { of: 1_000, missed: 0 }, errors: { of: 1_000, missed: 0 } },
      ...{ p50Ms: 2, p90Ms: 5, p99Ms: 20, answer: "good", because: "as scripted" },
      ...{ nodes: [], agentCpuRatio: 0.1, usedCores: 0.5, folder: `probes/${this.probes.length + 1}` },
      ...scripted,
    };
    this.probes.push(seen);
    const fromMs = this.#nowMs + betweenMs;
    this.#nowMs = fromMs + spanS * 1000;
    return { seen, seconds: secondsOf(seen), fromMs, untilMs: this.#nowMs };
  }
}

/** All of a good probe is good; of another nothing is in its first half second. */
function secondsOf({ spanS, answer }: ProbeSeen): readonly SettledSecond[] {
  const planned = new Array<number>(10).fill(10);
  return Array.from({ length: spanS }, (_, atS) => {
    const good = planned.map((count, tenth) => (answer === "good" || atS > 0 || tenth >= 5 ? count : 0));
    return { atS, tenths: { planned, good } } as unknown as SettledSecond;
  });
}
