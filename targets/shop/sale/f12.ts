/**
 * F12, the lot: of all tries only so many are let in at random, the others are turned away without a look. It costs
 * nothing and is blind: towards the end, when few still come, nearly all of them are turned away from units that
 * remain.
 */
import { gated } from "./gated.ts";
import type { Strategy } from "./strategy.ts";

/** @param passRatio share of tries that are let in, 0 to 1 */
export const f12 = (behind: Strategy, passRatio: number, random: () => number): Strategy =>
  gated("F12", behind, () => random() < passRatio);
