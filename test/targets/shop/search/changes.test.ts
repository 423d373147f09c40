import { describe, expect, test } from "vitest";
import { type Change, changesOf, effectOf } from "../../../../targets/shop/search/changes.ts";

const put = (id: number, name: string): Change => ({ kind: "put", item: { id, name, price: 1 } });
const remove = (id: number): Change => ({ kind: "remove", id });
const transaction = (...changes: Change[]) => ({ changes, endLsn: 0n, committedAtEpochMs: 0 });

test.each([
  {
    why: "of several changes of one item only the last counts",
    transactions: [transaction(put(1, "a"), put(2, "b")), transaction(put(1, "c"))],
    effect: { put: ["c", "b"], removed: [] },
  },
  {
    why: "an item that was removed in the end is not written before",
    transactions: [transaction(put(1, "a")), transaction(remove(1))],
    effect: { put: [], removed: [1] },
  },
  {
    why: "an item that came back is not removed",
    transactions: [transaction(remove(1), put(1, "again"))],
    effect: { put: ["again"], removed: [] },
  },
  { why: "nothing has no effect", transactions: [transaction()], effect: { put: [], removed: [] } },
])("$why", ({ transactions, effect }) => {
  const { put: written, removed } = effectOf(transactions);
  expect({ put: written.map(({ name }) => name), removed }).toEqual(effect);
});

describe("a written row", () => {
  const row = { id: "8", name: "cup", price: "250" };

  test("is put", () =>
    expect(changesOf(row)).toEqual([{ kind: "put", item: { id: 8, name: "cup", price: 250 } }]));

  test("with a new key also removes the item of its old one", () =>
    expect(changesOf(row, { id: "7" }).map(({ kind }) => kind)).toEqual(["remove", "put"]));

  test("with its old key told and the same removes nothing", () =>
    expect(changesOf(row, { id: "8" }).map(({ kind }) => kind)).toEqual(["put"]));
});
