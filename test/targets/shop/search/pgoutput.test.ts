import { describe, expect, test } from "vitest";
import { epochMsOf, microsecondsOf, PgoutputReader } from "../../../../targets/shop/search/pgoutput.ts";

const ITEMS = 16_385;

/** Messages as the manual lays them out, put together by hand. */
const int8 = (value: number) => Buffer.from([value]);
const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};
const text = (value: string) => Buffer.concat([Buffer.from(value), int8(0)]);
const letter = (value: string) => Buffer.from(value);
const column = (name: string, isKey: boolean) =>
  Buffer.concat([int8(isKey ? 1 : 0), text(name), int32(23), int32(0xffff_ffff)]);
const value = (text: string | null | undefined) => {
  if (text === null) return letter("n");
  if (text === undefined) return letter("u");
  return Buffer.concat([letter("t"), int32(Buffer.byteLength(text)), Buffer.from(text)]);
};
const row = (...values: (string | null | undefined)[]) =>
  Buffer.concat([int16(values.length), ...values.map(value)]);
const relation = Buffer.concat([
  ...[letter("R"), int32(ITEMS), text("public"), text("items"), letter("d"), int16(3)],
  ...[column("id", true), column("name", false), column("price", false)],
]);

function readerOfItems(): PgoutputReader {
  const reader = new PgoutputReader();
  reader.read(relation);
  return reader;
}

describe("a row", () => {
  test("has the names of the columns that its table was announced with", () => {
    const inserted = Buffer.concat([letter("I"), int32(ITEMS), letter("N"), row("7", "紫砂茶壶", "500")]);
    expect(readerOfItems().read(inserted)).toEqual({
      kind: "put",
      relationId: ITEMS,
      row: { id: "7", name: "紫砂茶壶", price: "500" },
    });
  });

  test("leaves out a large value that did not change, and tells NULL from text", () => {
    const updated = Buffer.concat([letter("U"), int32(ITEMS), letter("N"), row("7", undefined, null)]);
    expect(readerOfItems().read(updated)).toMatchObject({ row: { id: "7", price: null } });
  });

  test("whose key changed comes with its old key", () => {
    const updated = Buffer.concat([
      ...[letter("U"), int32(ITEMS)],
      ...[letter("K"), row("7", null, null), letter("N"), row("8", "cup", "1")],
    ]);
    expect(readerOfItems().read(updated)).toMatchObject({ before: { id: "7" }, row: { id: "8" } });
  });

  test("that was deleted comes with its key", () => {
    const deleted = Buffer.concat([letter("D"), int32(ITEMS), letter("K"), row("7", null, null)]);
    expect(readerOfItems().read(deleted)).toMatchObject({ kind: "remove", row: { id: "7" } });
  });

  test("of a table nobody announced is a bug, and told", () => {
    const inserted = Buffer.concat([letter("I"), int32(1), letter("N"), row("7")]);
    expect(() => new PgoutputReader().read(inserted)).toThrow("a row of table 1 before the table");
  });
});

test("a commit says where it ends and when it was", () => {
  const at = Date.UTC(2026, 10, 11, 0, 0, 1);
  const bytes = Buffer.concat([letter("C"), int8(0), int64(5n), int64(9n), int64(microsecondsOf(at))]);
  expect(new PgoutputReader().read(bytes)).toEqual({ kind: "commit", endLsn: 9n, committedAtEpochMs: at });
});

test("a truncated table is named", () => {
  const bytes = Buffer.concat([letter("T"), int32(1), int8(0), int32(ITEMS)]);
  expect(new PgoutputReader().read(bytes)).toEqual({ kind: "empty", relationIds: [ITEMS] });
});

test("what is no message of pgoutput is told by its letter", () => {
  expect(() => new PgoutputReader().read(letter("Z"))).toThrow('"Z"');
});

test("PostgreSQL's years begin in 2000", () => {
  expect(epochMsOf(0n)).toBe(Date.UTC(2000, 0, 1));
  expect(microsecondsOf(Date.UTC(2000, 0, 1) + 1)).toBe(1_000n);
});
