/** Every agent that began was there to the end. */
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { count, counted, instant } from "../telling/figures.ts";

export const agentsPresent: Check = {
  name: "agents-present",
  title: "every agent was there to the end",
  kind: "instrument",
  limits: {
    lostAgents: { value: 0, unit: "agents", source: "by definition: a lost agent's share was not driven" },
  },
  judge(evidence) {
    const about = { check: "agents-present", kind: "instrument" } as const;
    const planned = evidence.plan.agents;
    const lost = evidence.agents.filter((agent) => agent.lost !== undefined);
    const figures = { observed: evidence.agents.length - lost.length, limit: planned, unit: "agents" };
    if (lost.length > 0) {
      return lost.map(
        ({ id, lost: end }): Finding => ({
          ...about,
          subject: id,
          status: "inconclusive",
          because:
            `${id} was lost ${instant(end?.atS ?? 0)}: ${end?.because ?? "no reason is recorded"}` +
            (end?.lastWords ? `; its last words: ${end.lastWords}` : "; it left no last words"),
          ...figures,
        }),
      );
    }
    if (evidence.ending.status === "agents-lost") {
      return [
        { ...about, subject: "agents", status: "inconclusive", because: evidence.ending.because, ...figures },
      ];
    }
    if (evidence.agents.length === 0 || evidence.agents.length < planned) {
      const because = `only ${count(evidence.agents.length)} of ${counted(planned, "agent")} took part`;
      return [{ ...about, subject: "agents", status: "inconclusive", because, ...figures }];
    }
    const because =
      planned === 1 ? "the agent was there to the end" : `${count(planned)} agents were there to the end`;
    return [{ ...about, subject: "agents", status: "upheld", because, ...figures }];
  },
};
