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
const visits = { kind: "run", scenario: "signed-in", ratePerS: 25, durationS: 24 } as const;
/**
 * Most of these are turned away at their second request and leave, so four times as many make about as many requests. Some
 * 3,400 of them need a login; of a quarter as many, chance alone would leave the share in doubt by more than 0.05.
 */
export const inShopsMemory: RunExperiment = { ...visits, ratePerS: 100, side: { target: "stage-04" } };
export const hashed: RunExperiment = { ...visits, side: sideWith("lb=ip-hash") };

/**
 * 680 requests a second, a third of what the stage carries of browse (docs/performance.md). About 400 shoppers are in the
 * middle of a visit at any instant: of fewer, how many come to one shop is more by chance.
 */
const manyVisits = { ...visits, ratePerS: 80 } as const;
/** To the end: whoever comes back takes shoppers away from where they logged in meanwhile, which is another loss. */
export const stickyAndShopLost: RunExperiment = {
  ...manyVisits,
  side: sideWith("session=sticky"),
  faults: ["kill:shop-2@8s+16s"],
};
/** Every login there is ends at one instant, and nobody is away. */
export const allForgotten: RunExperiment = {
  ...manyVisits,
  side: sideWith("session=server"),
  faults: ["flush:session-server@8s"],
};

const shopLost = { ...visits, faults: ["kill:shop-2@8s+8s"] } as const;
export const replicatedAndShopLost: RunExperiment = { ...shopLost, side: sideWith("session=replicated") };
export const cookieAndShopLost: RunExperiment = { ...shopLost, side: sideWith("session=cookie") };
export const serverAndShopLost: RunExperiment = { ...shopLost, side: sideWith("session=server") };

export const serverLost: RunExperiment = {
  ...visits,
  side: sideWith("session=server"),
  faults: ["kill:session-server@8s+8s"],
};

/**
 * As many visits for each shop however many there are, for a shop does something for itself, asked or not (34 m beside
 * 0.33 m for each request a second, by docs/performance.md), and that is to be the same share of its work.
 */
export function amongShops(session: string, shops: number): RunExperiment {
  return {
    ...{ ...manyVisits, ratePerS: Math.round((manyVisits.ratePerS / 6) * shops) },
    side: { target: "stage-04", variants: [`shops=${shops}`, session] },
  };
}

function sideWith(variant: string): Side {
  return { target: "stage-04", variants: [variant] };
}
