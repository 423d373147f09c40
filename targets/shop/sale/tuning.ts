/** The figures of the ways of selling, which a shop node may be told. All are choices of ours; docs/strategies.md says what each does. */
import { z } from "zod";

const ratio = z.number().gt(0).max(1);
const ms = z.number().int().positive();

export const saleTuning = z.strictObject({
  /** F3: how often a try looks again after somebody else was quicker. */
  optimisticRounds: z.number().int().positive().default(20),
  /** F11: tokens a second of each node. */
  gatePerS: z.number().positive().default(50),
  /** F11-stock: tokens of each node for each unit at opening. */
  gateTokensPerUnit: z.number().positive().default(2),
  /**
   * F12: share of tries let in. Published designs let 2 % pass for 100 buyers per unit, which leaves two for each unit;
   * a scale model with a handful of units needs more room for chance.
   */
  passRatio: ratio.default(0.1),
  /** F13: buckets, spread over the shards. */
  buckets: z.number().int().min(1).max(1_000).default(8),
  /** F14: share of what is left that a node takes at a time. */
  ownShareRatio: ratio.default(0.25),
  /** F15: how long the lock is held at most, and how long one waits for it. */
  lockLeaseMs: ms.default(5_000),
  lockWaitMs: ms.default(1_000),
  /** F16-reserve: time to pay. */
  holdMs: ms.default(900_000),
  /** F17-shared: how long after a sale the other zones are told. */
  zoneLagMs: ms.default(500),
});

export type SaleTuning = Readonly<z.infer<typeof saleTuning>>;
