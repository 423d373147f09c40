import { expect, test } from "vitest";
import { pictureOf } from "../../../../targets/shop/objects/picture.ts";
import { recordOf, recordsIn } from "../../../../targets/shop/objects/record.ts";

const cup = recordOf("cup", "image/svg+xml", Buffer.from("<svg>cup</svg>"));
const bowl = recordOf("bowl", "text/plain", Buffer.alloc(0));

test("records are found again, one behind the other, with the place of their bytes", () => {
  const block = Buffer.concat([cup, bowl]);
  const { records, end } = recordsIn(block);
  expect(records.map(({ name, type, sizeBytes }) => [name, type, sizeBytes])).toEqual([
    ["cup", "image/svg+xml", 14],
    ["bowl", "text/plain", 0],
  ]);
  expect(block.toString("utf8", records[0]!.at, records[0]!.at + 14)).toBe("<svg>cup</svg>");
  expect(end).toBe(block.length);
});

test("wherever a block was cut off, what was whole before is found and the rest is not", () => {
  const block = Buffer.concat([bowl, cup]);
  for (let length = bowl.length; length < block.length; length++) {
    expect(recordsIn(block.subarray(0, length))).toMatchObject({
      records: [{ name: "bowl" }],
      end: bowl.length,
    });
  }
});

test("a record with one wrong byte is not taken for one", () => {
  const damaged = Buffer.from(cup);
  damaged[damaged.length - 1]! ^= 1;
  expect(recordsIn(Buffer.concat([bowl, damaged])).end).toBe(bowl.length);
});

test("pictures follow from the id, and neighbours do not look alike", () => {
  expect(pictureOf(77)).toBe(pictureOf(77));
  const withoutIds = Array.from({ length: 1_000 }, (_, at) => pictureOf(at + 1).replace(/>\d+</, "><"));
  expect(new Set(withoutIds).size).toBeGreaterThan(990);
});
