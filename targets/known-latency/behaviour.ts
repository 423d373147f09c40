/** How the server behaves: numbers in one JSON word, everything wrong with them told at once. */

/** Delays: with `exponentialRatio` a shift and an exponential on top of it, else one of a few fixed points. */
export interface Delays {
  readonly shiftMs: number;
  /** Mean of the exponential part, above the shift. */
  readonly meanMs: number;
  readonly exponentialRatio: number;
  /** Ratios of the points and `exponentialRatio` add up to 1; in the order of their delays. */
  readonly points: readonly { readonly ratio: number; readonly ms: number }[];
}

/** Out of every `everyMs`, the last `forMs` nothing is answered. */
export interface Freeze {
  readonly everyMs: number;
  readonly forMs: number;
}

export interface Behaviour {
  readonly delays: Delays;
  readonly freeze: Freeze;
  /** Added to every drawn delay and told to nobody: the lie by which a calibration is itself tested. */
  readonly unsaidMs: number;
}

/** @throws {RangeError} naming everything that is wrong */
export function readBehaviour(word: string): Behaviour {
  const { delays, freeze, unsaidMs } = JSON.parse(word) as Behaviour;
  const problems: string[] = [];
  const ratios = [delays.exponentialRatio, ...delays.points.map(({ ratio }) => ratio)];
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  if (Math.abs(sum - 1) > 1e-9) problems.push(`the ratios add up to ${sum}, not to 1`);
  if (ratios.some((ratio) => !(ratio >= 0))) problems.push("a ratio is below 0");
  if (!(delays.shiftMs >= 0) || !(delays.meanMs > 0))
    problems.push("shiftMs is below 0, or meanMs not above it");
  if (delays.points.some(({ ms }) => !(ms >= 0))) problems.push("a point is below 0 ms");
  if (!(freeze.forMs > 0) || !(freeze.everyMs > freeze.forMs))
    problems.push("a freeze must be shorter than its cycle");
  if (!(unsaidMs >= 0)) problems.push("unsaidMs is below 0");
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return { delays, freeze, unsaidMs };
}
