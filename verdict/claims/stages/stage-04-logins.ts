/** Runs of shoppers who log in, one for each way of keeping logins; claims about balancing ask them as well. */
import type { RunMeasure } from "../measures.ts";
import type { RunExperiment, Side } from "../stage-claim.ts";

/** Requests by shoppers who had logged in and were not known any more: each loses his login once, and walks away. */
export const losses = { figure: "broken-looks", guarantee: "session-kept" } as const satisfies RunMeasure;
/** Their share of the requests that need a login. */
export const lossesRatio = {
  figure: "broken-looks-ratio",
  guarantee: "session-kept",
} as const satisfies RunMeasure;

/** 25 shoppers a second, each with 8.5 requests: as many requests as browse has at the rates its stage claims. */
export const inShopsMemory: RunExperiment = {
  kind: "run",
  side: { target: "stage-04" },
  scenario: "signed-in",
  ratePerS: 25,
  durationS: 24,
};
export const hashed: RunExperiment = { ...inShopsMemory, side: sideWith("lb=ip-hash") };

/** To the end: whoever comes back takes shoppers away from where they logged in meanwhile, which is another loss. */
export const stickyAndShopLost: RunExperiment = {
  ...inShopsMemory,
  side: sideWith("session=sticky"),
  faults: ["kill:shop-2@8s+16s"],
};
/** Every login there is ends at one instant, and nobody is away. */
export const allForgotten: RunExperiment = {
  ...inShopsMemory,
  side: sideWith("session=server"),
  faults: ["flush:session-server@8s"],
};

const shopLost = { ...inShopsMemory, faults: ["kill:shop-2@8s+8s"] } as const;
export const replicatedAndShopLost: RunExperiment = { ...shopLost, side: sideWith("session=replicated") };
export const cookieAndShopLost: RunExperiment = { ...shopLost, side: sideWith("session=cookie") };
export const serverAndShopLost: RunExperiment = { ...shopLost, side: sideWith("session=server") };

export const serverLost: RunExperiment = {
  ...inShopsMemory,
  side: sideWith("session=server"),
  faults: ["kill:session-server@8s+8s"],
};

function sideWith(variant: string): Side {
  return { target: "stage-04", variants: [variant] };
}
