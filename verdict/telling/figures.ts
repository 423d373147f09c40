/** Figures as people read them: grouped thousands, three digits that matter, and the unit beside them. */

/** `12000` becomes `12,000`. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** A count with its noun: `1 unit`, `27 units`, `2 replies` when `plural` is given. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Three digits that matter, never more than two decimals: `0.04`, `3.21`, `41.2`, `312`, `1,240`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 9.995) return value.toFixed(2);
  if (size < 99.95) return value.toFixed(1);
  return count(value);
}

/** `41.2 ms`. */
export const ms = (value: number): string => `${figure(value)} ms`;

/** `398 /s`. */
export const perS = (value: number): string => `${figure(value)} /s`;

/** Seconds without needless decimals: `30 s`, `2.5 s`. */
export const seconds = (value: number): string => `${Number(value.toFixed(1))} s`;

/**
 * A ratio 0-1 as a percentage with two decimals below 10 % and one above: `0.21 %`, `87.0 %`. Never rounds up to
 * 100 or down to 0, because those are statements of their own.
 */
export function percent(ratio: number): string {
  if (!Number.isFinite(ratio)) return "-";
  const value = ratio * 100;
  if (value === 0 || value === 100) return `${value} %`;
  if (value > 0 && value < 0.01) return "< 0.01 %";
  if (value > 99.9 && value < 100) return `${(Math.floor(value * 100) / 100).toFixed(2)} %`;
  return `${value.toFixed(value < 10 ? 2 : 1)} %`;
}

/** The same without its unit, for columns that have it in their head. */
export const inPercent = (ratio: number): string => percent(ratio).replace(" %", "");

/** `12, 99 and 4 more`: examples of a larger number. */
export function some(examples: readonly number[], total: number, shown = 3): string {
  const first = examples.slice(0, shown).join(", ");
  const more = total - Math.min(shown, examples.length);
  return more > 0 ? `${first} and ${count(more)} more` : first;
}

/** `3.3 s into the measured part`; warm-up and exercise come before it, at negative instants. */
export const instant = (atS: number): string =>
  atS < 0 ? `${seconds(-atS)} before the measured part` : `${seconds(atS)} into the measured part`;
