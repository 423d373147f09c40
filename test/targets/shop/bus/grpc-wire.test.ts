import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Frames,
  framed,
  messageText,
  metadataOf,
  timeoutMsOf,
  timeoutText,
} from "../../../../targets/shop/bus/grpc-wire.ts";

const seed = 20_261_121;

describe("messages on the wire", () => {
  test("come out whole and in order, wherever the bytes were cut", () => {
    const cases = fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(framed));
        const frames = new Frames(40);
        const seen: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          seen.push(...frames.take(bytes.subarray(at, at + cut)));
          at += cut;
        }
        seen.push(...frames.take(bytes.subarray(at)));
        expect(seen.map((each) => [...each])).toEqual(messages.map((each) => [...each]));
        expect(frames.isEven).toBe(true);
      },
    );
    fc.assert(cases, { seed, numRuns: 200 });
  });

  test("that were cut off are not taken for whole ones", () => {
    const frames = new Frames(100);
    expect(frames.take(framed(Buffer.from("hello")).subarray(0, 7))).toEqual([]);
    expect(frames.isEven).toBe(false);
  });

  test("are refused when they are longer than the limit, before they have come", () => {
    expect(() => new Frames(4).take(framed(Buffer.from("hello")).subarray(0, 5))).toThrow(
      "a message has 5 bytes; it may have 4",
    );
  });

  test("are refused when they are compressed", () => {
    expect(() => new Frames(100).take(Buffer.from([1, 0, 0, 0, 1, 7]))).toThrow("compressed");
  });
});

describe("a time-out", () => {
  test.each([
    { text: "850m", ms: 850 },
    { text: "2S", ms: 2_000 },
    { text: "1M", ms: 60_000 },
    { text: "1H", ms: 3_600_000 },
    { text: "1500u", ms: 1.5 },
    { text: "2000000n", ms: 2 },
    { text: "0m", ms: 0 },
  ])("of $text is $ms ms", ({ text, ms }) => expect(timeoutMsOf(text)).toBeCloseTo(ms, 9));

  test.each(["", "5", "m", "1.5S", "-1S", "123456789m", "5s", "5 m"])("is not %j", (text) =>
    expect(timeoutMsOf(text)).toBeUndefined(),
  );

  test.each([
    { ms: 249.9, text: "249m" },
    { ms: 0.5, text: "0m" },
    { ms: -3, text: "0m" },
    { ms: 1e12, text: "99999999m" },
  ])("of $ms ms is written $text, never longer than it is", ({ ms, text }) => {
    expect(timeoutText(ms)).toBe(text);
  });
});

test.each([
  { encoded: "plain", text: "plain" },
  { encoded: "sold%20out %E8%8C%B6", text: "sold out 茶" },
  { encoded: "100%", text: "100%" },
])("the message $encoded reads $text", ({ encoded, text }) => expect(messageText(encoded)).toBe(text));

test("metadata are what the service says besides what HTTP and gRPC need", () => {
  const headers = {
    ":status": "200",
    "content-type": "application/grpc+proto",
    "grpc-status": "14",
    "grpc-message": "no",
    date: "today",
    outcome: "undone",
    several: ["a", "b"],
    absent: undefined,
  };
  expect(metadataOf(headers)).toEqual({ outcome: "undone", several: "a, b" });
});
