import fc from "fast-check";
import { expect, test } from "vitest";
import { DueHeap } from "../../agents/due-heap.ts";

test("everything comes out in order of its instant, and in order of arrival among equals", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (instants) => {
      const heap = new DueHeap<number>();
      for (const [number, atMs] of instants.entries()) heap.push(atMs, number);
      const out: { atMs: number; number: number }[] = [];
      while (heap.size > 0) out.push({ atMs: heap.nextMs, number: heap.pop()! });
      const expected = instants
        .map((atMs, number) => ({ atMs, number }))
        .sort((a, b) => a.atMs - b.atMs || a.number - b.number);
      expect(out).toEqual(expected);
    }),
    { seed: 5 },
  );
});

test("an empty heap is due at no time", () => {
  const heap = new DueHeap<string>();
  expect(heap.nextMs).toBe(Number.POSITIVE_INFINITY);
  expect(heap.pop()).toBeUndefined();
});
