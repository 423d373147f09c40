/** So many bytes in words: `4096`, `64k`, `1MB`. */

const bytesPer: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 };

/** A thousand is a thousand: `64kB` are 64,000. Undefined when it is none. */
export function bytesIn(word: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([kmg]?)b?$/i.exec(word.trim()) ?? [];
  return amount === undefined ? undefined : Number(amount) * bytesPer[unit.toLowerCase()]!;
}
