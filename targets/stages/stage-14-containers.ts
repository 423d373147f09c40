/**
 * Stage 14: the same applications as containers. Each has its limits, comes back by itself when it ends, and more of it,
 * or another release of it, is an order to the orchestrator instead of work on hosts.
 *
 * What a container costs is seen against the stage before on `processes`: the programs, and their budgets, are the same.
 */
import { defineTarget } from "../target.ts";
import { stage13 } from "./stage-13-bus.ts";

export const stage14 = defineTarget({
  ...stage13,
  id: "stage-14",
  title: "the applications as containers: limits, restart policy, scale-out and rolling update",
  launchers: ["compose"],
  orchestration: {
    restart: "on-failure",
    scales: { "home-app": 3, "search-app": 3, "cart-app": 3, "trade-app": 4 },
  },
});
