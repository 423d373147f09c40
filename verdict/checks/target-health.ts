/** No node of the target died without having been asked to. */
import type { Check } from "../check.ts";
import type { Finding } from "../finding.ts";
import { counted, instant } from "../telling/figures.ts";

export const targetHealth: Check = {
  name: "target-health",
  title: "no node of the target died by itself",
  kind: "target",
  limits: {
    deaths: { value: 0, unit: "nodes", source: "by definition: nothing asked a node to end" },
  },
  judge(evidence) {
    const about = { check: "target-health", kind: "target" } as const;
    const { deaths } = evidence.targetSeen;
    const figures = { observed: deaths.length, limit: 0, unit: "nodes" };
    if (deaths.length > 0) {
      return deaths.map(
        (death): Finding => ({
          ...about,
          subject: death.node,
          status: "refuted",
          because: `${death.node} died ${instant(death.atS)} without having been asked to: ${death.because}`,
          ...figures,
        }),
      );
    }
    if (evidence.ending.status === "target-died") {
      return [{ ...about, subject: "target", status: "refuted", because: evidence.ending.because }];
    }
    if (evidence.load.completed === 0) {
      const because = "not one complete answer came, so whether the target lived is unknown";
      return [{ ...about, subject: "target", status: "inconclusive", because }];
    }
    const who =
      evidence.nodes.length === 0 ? "the target answered" : `${counted(evidence.nodes.length, "node")} lived`;
    return [{ ...about, subject: "target", status: "upheld", because: `${who} to the end`, ...figures }];
  },
};
