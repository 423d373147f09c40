/** How many absent items are asked for, and how many different ones: `30%`, `50/s`, `30%,200`. Pure. */

export interface AbsentWish {
  /** Of the planned rate. */
  readonly share?: number;
  readonly perS?: number;
  /** Different items; absent: so many that hardly any is asked for twice. */
  readonly different?: number;
}

/** Undefined when it is none. */
export function absentWishIn(word: string): AbsentWish | undefined {
  const [rate = "", count, ...more] = word.split(",").map((part) => part.trim());
  const different = count === undefined ? undefined : Number(count);
  if (more.length > 0 || (different !== undefined && !(Number.isInteger(different) && different >= 1)))
    return undefined;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(%|\/s)$/.exec(rate) ?? [];
  if (amount === undefined || !(Number(amount) > 0)) return undefined;
  return {
    ...(unit === "%" ? { share: Number(amount) / 100 } : { perS: Number(amount) }),
    ...(different !== undefined && { different }),
  };
}

/** Requests a second; undefined when it is a share of a rate that nobody has planned. */
export function absentPerS({ share, perS }: AbsentWish, plannedPerS: number | undefined): number | undefined {
  if (perS !== undefined) return perS;
  return share === undefined || plannedPerS === undefined ? undefined : share * plannedPerS;
}
