import { expect, test } from "vitest";
import { GetReader } from "../../../targets/known-latency/get-reader.ts";

const two = Buffer.from("GET /17 HTTP/1.1\r\nhost: x\r\n\r\nGET /4000000 HTTP/1.1\r\n\r\n");

function readAll(chunks: readonly Buffer[]): { numbers: number[]; isFine: boolean } {
  const numbers: number[] = [];
  const reader = new GetReader((n) => numbers.push(n));
  const isFine = chunks.every((chunk) => reader.read(chunk));
  return { numbers, isFine };
}

test("two requests are read alike wherever their bytes are cut", () => {
  for (let cut = 0; cut <= two.length; cut++) {
    const seen = readAll([two.subarray(0, cut), two.subarray(cut)]);
    expect(seen, `cut at ${cut}`).toEqual({ numbers: [17, 4_000_000], isFine: true });
  }
});

test("bytes that come one at a time are put together, in memory of its own", () => {
  const one = Buffer.alloc(1);
  const numbers: number[] = [];
  const reader = new GetReader((n) => numbers.push(n));
  for (const byte of two) {
    one[0] = byte;
    expect(reader.read(one)).toBe(true);
  }
  expect(numbers).toEqual([17, 4_000_000]);
});

test.each([
  "POST /1 HTTP/1.1\r\n\r\n",
  "GET / HTTP/1.1\r\n\r\n",
  "GET /1x HTTP/1.1\r\n\r\n",
  "x".repeat(9_000),
])("what is no such request is refused: %.20s", (text) => {
  expect(readAll([Buffer.from(text)])).toEqual({ numbers: [], isFine: false });
});
