/**
 * Stage 13: a bus between applications and services. Applications speak one protocol to one address, HTTP and JSON; the
 * bus knows where each service is and what it speaks, converts, and brings the calls there. Governance stays with those
 * who call and those who answer.
 *
 * It makes nothing faster, and is not meant to: every call takes one step more, all of them go through one place, and
 * when that place is gone nobody reaches any service. See docs/decisions/0015.
 *
 * Applications write JSON where they wrote gRPC; a fifth of what they had goes to the bus.
 */
import { objectivesAt } from "../claim.ts";
import { defineTarget } from "../target.ts";
import { busLanes } from "../variants/bus-lanes.ts";
import { countOf } from "../variants/count-of.ts";
import { stage12 } from "./stage-12-services.ts";

const { "home-app": home, "cart-app": cart, "trade-app": trade, ...others } = stage12.nodes;

export const stage13 = defineTarget({
  ...stage12,
  id: "stage-13",
  title: "a bus between applications and services: one protocol, a step more, a single point of failure",
  nodes: {
    ...others,
    "home-app": { ...home, cpuMillicores: 100, calls: [...storesOf(home), "bus"] },
    "cart-app": { ...cart, cpuMillicores: 100, calls: [...storesOf(cart), "bus"] },
    "trade-app": { ...trade, cpuMillicores: 100, calls: [...storesOf(trade), "bus"] },
    bus: {
      component: "bus",
      tier: "bus",
      zone: "a",
      cpuMillicores: 125,
      calls: ["user-service", "order-service", "payment-service", "stock-service", "auth-service"],
    },
  },
  variants: {
    ...stage12.variants,
    buses: countOf({ node: "bus", members: "buses, of which callers take turns", usual: 1, most: 2 }),
    "bus-lanes": busLanes,
  },
  claims: objectivesAt({ browse: 80, "mixed-daily": 80, "flash-sale": 60 }),
});

type Name = keyof typeof stage12.nodes;

/** Whom an application calls besides services. */
function storesOf({ calls = [] }: (typeof stage12.nodes)[Name]): readonly Name[] {
  return calls.filter((called) => stage12.nodes[called].component !== "service");
}
