/** A container that is started again is not held to its CPU budget until it is ready. */

export interface CpuQuota {
  /** -1: none. */
  readonly quotaUs: number;
  readonly periodUs: number;
}

export interface QuotaOf {
  read(): Promise<CpuQuota>;
  write(quota: CpuQuota): Promise<void>;
}

/**
 * The budget is put back however `work` ends. What is not the budget is left alone: none is applied yet, or a fault has
 * cut it, and then starting is slow as well.
 * @throws what `work` throws, or why the budget could not be put back
 */
export async function withoutBudget(
  container: QuotaOf,
  budget: CpuQuota,
  work: () => Promise<void>,
): Promise<void> {
  if (!isSame(await container.read(), budget)) return work();
  await container.write({ ...budget, quotaUs: NONE });
  try {
    await work();
  } finally {
    // Limited by somebody else meanwhile: who did so knows what it was before.
    if ((await container.read()).quotaUs === NONE) await container.write(budget);
  }
}

const NONE = -1;

const isSame = (one: CpuQuota, other: CpuQuota): boolean =>
  one.quotaUs === other.quotaUs && one.periodUs === other.periodUs;
