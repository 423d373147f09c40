import { expect, test } from "vitest";
import { frameOf, standing } from "../../../../targets/shop/search/replication-frame.ts";

test("data comes with the place it reaches to", () => {
  const bytes = Buffer.concat([Buffer.alloc(25), Buffer.from("payload")]);
  bytes.write("w");
  bytes.writeBigUInt64BE(77n, 9);
  expect(frameOf(bytes)).toEqual({ kind: "data", walEndLsn: 77n, payload: Buffer.from("payload") });
});

test.each([
  { wants: 1, wantsAnswer: true },
  { wants: 0, wantsAnswer: false },
])("a keepalive that says $wants wants an answer: $wantsAnswer", ({ wants, wantsAnswer }) => {
  const bytes = Buffer.alloc(18);
  bytes.write("k");
  bytes.writeBigUInt64BE(5n, 1);
  bytes[17] = wants;
  expect(frameOf(bytes)).toEqual({ kind: "keepalive", walEndLsn: 5n, wantsAnswer });
});

test("anything else is told", () => expect(() => frameOf(Buffer.from("x"))).toThrow("120"));

test("our standing says three times how far we are, and when", () => {
  const bytes = standing(0x16_b374_d848n, Date.UTC(2000, 0, 1) + 2);
  expect(bytes.toString("latin1", 0, 1)).toBe("r");
  expect([1, 9, 17].map((at) => bytes.readBigUInt64BE(at))).toEqual(Array(3).fill(0x16_b374_d848n));
  expect(bytes.readBigInt64BE(25)).toBe(2_000n);
  expect(bytes).toHaveLength(34);
});
