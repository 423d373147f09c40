/** Numbers over time in one line of text. Pure. */

const bars = [..."▁▂▃▄▅▆▇█"];
/** Where nothing is known. */
const gap = "·";

/**
 * As many signs as there are values, at most `width`, each for the largest of as many values as come to one sign; the highest
 * bar is the largest of all, the lowest is 0.
 */
export function sparkline(values: readonly (number | null)[], width = 60): string {
  const each = Math.max(1, Math.ceil(values.length / width));
  const bins = Array.from({ length: Math.ceil(values.length / each) }, (_, at) => {
    const known = values.slice(at * each, (at + 1) * each).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
  const most = Math.max(0, ...bins.filter((value) => value !== null));
  return bins
    .map((value) => {
      if (value === null) return gap;
      return bars[most === 0 ? 0 : Math.round((Math.max(0, value) / most) * (bars.length - 1))];
    })
    .join("");
}
