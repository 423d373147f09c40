import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grpcTimeout, isGrpcTimeout } from "../../agents/senders/grpc/deadline.ts";
import { framed, MessageReader } from "../../agents/senders/grpc/framing.ts";
import { codeOfHttpStatus, httpStatusOf } from "../../agents/senders/grpc/status.ts";

const plenty = 1024;

function readAll(bytes: Uint8Array, cuts: readonly number[], keptBytes = plenty): MessageReader {
  const reader = new MessageReader(keptBytes);
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let piece = 1; piece < at.length; piece++) reader.read(bytes.subarray(at[piece - 1], at[piece]));
  return reader;
}

test("a frame is no flags, the length, and the octets", () => {
  expect([...framed("\x00é")]).toEqual([0, 0, 0, 0, 2, 0, 0xe9]);
});

describe("the reader", () => {
  test("finds a message whatever pieces it comes in", () => {
    const anyMessage = fc
      .uint8Array({ maxLength: 60 })
      .map((octets) => Buffer.from(octets).toString("latin1"));
    fc.assert(
      fc.property(anyMessage, fc.array(fc.nat()), (message, cuts) => {
        const reader = readAll(framed(message), cuts);
        expect([reader.messages, reader.isWhole, reader.isCompressed, reader.message]).toEqual([
          ...[1, true, false],
          message,
        ]);
      }),
      { seed: 20_260_802 },
    );
  });

  test("knows of every prefix of a frame that it is not whole, but of the empty one", () => {
    const frame = framed("hello");
    const isWhole = Array.from(frame.keys(), (length) => readAll(frame.subarray(0, length), []).isWhole);
    expect(isWhole).toEqual([true, ...new Array(frame.length - 1).fill(false)]);
  });

  test("counts further messages and keeps the first", () => {
    const reader = readAll(Buffer.concat([framed("a"), framed(""), framed("bc")]), [3, 8, 13]);
    expect([reader.messages, reader.isWhole, reader.message]).toEqual([3, true, "a"]);
  });

  test("keeps no more than asked, and still knows where the message ends", () => {
    const reader = readAll(framed("abcdefgh"), [7, 9], 3);
    expect([reader.message, reader.isWhole]).toEqual(["abc", true]);
    expect(readAll(framed("abc"), [], 0).message).toBe("");
  });

  test("sees that a message says it is compressed", () => {
    expect(readAll(Buffer.from([1, 0, 0, 0, 0]), []).isCompressed).toBe(true);
  });

  test("takes a length for what it says, up to 4 GiB", () => {
    const reader = readAll(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2]), []);
    expect([reader.messages, reader.isWhole]).toEqual([1, false]);
  });
});

test.each([
  { limitMs: 0, text: "1n" },
  { limitMs: 0.5, text: "500000n" },
  { limitMs: 50, text: "50000000n" },
  { limitMs: 100, text: "100000u" },
  { limitMs: 5_000, text: "5000000u" },
  { limitMs: 100_000, text: "100000m" },
  { limitMs: 100_000_000, text: "100000S" },
  { limitMs: 1e12, text: "16666667M" },
  { limitMs: 1e15, text: "99999999H" },
])("$limitMs ms is told as $text", ({ limitMs, text }) => {
  expect(grpcTimeout(limitMs)).toBe(text);
  expect(isGrpcTimeout(text)).toBe(true);
});

test.each(["", "5", "m", "5 m", "123456789m", "5x", "-5m"])("%j is no deadline", (text) => {
  expect(isGrpcTimeout(text)).toBe(false);
});

test("every code has a status, and one that nobody has defined is an error", () => {
  expect(Array.from({ length: 17 }, (_, code) => httpStatusOf(code))).toEqual([
    ...[200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401],
  ]);
  expect(httpStatusOf(17)).toBe(500);
});

test.each([
  { httpStatus: 400, code: 13 },
  { httpStatus: 401, code: 16 },
  { httpStatus: 403, code: 7 },
  { httpStatus: 404, code: 12 },
  { httpStatus: 429, code: 14 },
  { httpStatus: 502, code: 14 },
  { httpStatus: 503, code: 14 },
  { httpStatus: 504, code: 14 },
  { httpStatus: 200, code: 2 },
  { httpStatus: 500, code: 2 },
])("an answer without a gRPC status and with HTTP's $httpStatus means $code", ({ httpStatus, code }) => {
  expect(codeOfHttpStatus(httpStatus)).toBe(code);
});
