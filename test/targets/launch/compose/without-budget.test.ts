/** A budget is out of force while a container starts, and in force afterwards, whatever became of it. */
import { expect, test } from "vitest";
import { type CpuQuota, withoutBudget } from "../../../../targets/launch/compose/without-budget.ts";

const budget: CpuQuota = { quotaUs: 1_000, periodUs: 40_000 };

function container(now: CpuQuota) {
  const written: CpuQuota[] = [];
  let quota = now;
  return {
    written,
    read: async () => quota,
    async write(next: CpuQuota) {
      written.push(next);
      quota = next;
    },
  };
}

test("it is lifted for as long as the work takes", async () => {
  const one = container(budget);
  let during: CpuQuota | undefined;
  await withoutBudget(one, budget, async () => void (during = await one.read()));
  expect(during).toEqual({ quotaUs: -1, periodUs: 40_000 });
  expect(await one.read()).toEqual(budget);
});

test("it is put back when the start fails", async () => {
  const one = container(budget);
  const failing = withoutBudget(one, budget, () => Promise.reject(new Error("it did not sing")));
  await expect(failing).rejects.toThrow("it did not sing");
  expect(await one.read()).toEqual(budget);
});

test.each([
  { why: "no budget is applied yet", now: { quotaUs: 0, periodUs: 0 } },
  { why: "a fault has cut it", now: { quotaUs: 1_000, periodUs: 160_000 } },
])("nothing is changed where $why", async ({ now }) => {
  const one = container(now);
  await withoutBudget(one, budget, async () => {});
  expect(one.written).toEqual([]);
});

test("what a fault made of it meanwhile stays", async () => {
  const one = container(budget);
  const cut = { quotaUs: 1_000, periodUs: 160_000 };
  await withoutBudget(one, budget, () => one.write(cut));
  expect(await one.read()).toEqual(cut);
});

test("that it cannot be put back is told", async () => {
  const one = container(budget);
  const work = withoutBudget(
    {
      ...one,
      write: async (next) => {
        if (next.quotaUs > 0) throw new Error("the engine is gone");
        await one.write(next);
      },
    },
    budget,
    async () => {},
  );
  await expect(work).rejects.toThrow("the engine is gone");
});
