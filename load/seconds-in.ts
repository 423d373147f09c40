/** A length of time in words, as a number of seconds. */

const secondsPer: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };

/** `90s`, `1.5m`, `500ms`, `2h`, or plain seconds; undefined when it is none. */
export function secondsIn(word: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(word.trim());
  return match === null ? undefined : Number(match[1]) * (secondsPer[match[2] ?? "s"] ?? 1);
}
