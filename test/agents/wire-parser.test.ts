/** The parser of answers: whatever the network does to their bytes, the same comes out. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WireAnswer } from "../../agents/senders/wire/answer.ts";
import { HeadMeaning, HeadMemo } from "../../agents/senders/wire/head-memo.ts";
import { keptBodyBytes } from "../../agents/senders/wire/kept-body.ts";
import { complete, ResponseParser } from "../../agents/senders/wire/response-parser.ts";
import { answers } from "./wire-answers.ts";
import { bytesOf, bytewise, ok, one, seen, whole } from "./wire-seen.ts";

describe("well-formed answers", () => {
  test.each([
    {
      why: "a body of a known length",
      text: `${ok}Content-Length: 5\r\n\r\nhello`,
      body: "hello",
      kept: true,
    },
    { why: "an empty body", text: `${ok}Content-Length: 0\r\n\r\n`, body: "", kept: true },
    { why: "no reason", text: "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", body: "x", kept: true },
    { why: "an empty reason", text: "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", body: "x", kept: true },
    { why: "line breaks before it", text: `\r\n\r\n${ok}Content-Length: 1\r\n\r\nx`, body: "x", kept: true },
    {
      why: "white space around the length",
      text: `${ok}Content-Length: \t 1  \r\n\r\nx`,
      body: "x",
      kept: true,
    },
    {
      why: "chunks, extensions and trailers",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n4;a=b;c="d;\\"e";f\r\none,\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n`,
      body: "one,hello",
      kept: true,
    },
    {
      why: "chunk sizes in both cases",
      text: `${ok}Transfer-Encoding: CHUNKED\r\n\r\nA\r\n0123456789\r\n0b\r\n0123456789a\r\n000\r\n\r\n`,
      body: "01234567890123456789a",
      kept: true,
    },
    {
      why: "codings before chunked",
      text: `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
      body: "x",
      kept: true,
    },
    {
      why: "codings in two fields",
      text: `${ok}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      body: "",
      kept: true,
    },
    {
      why: "an empty Transfer-Encoding",
      text: `${ok}Transfer-Encoding:\r\nContent-Length: 1\r\n\r\nx`,
      body: "x",
      kept: true,
    },
    {
      why: "status 204, whatever it announces",
      text: "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n",
      body: "",
      kept: true,
    },
    {
      why: "status 304, whatever it announces",
      text: "HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n",
      body: "",
      kept: true,
    },
    {
      why: "interim answers before it",
      text: `HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n${ok}Content-Length: 1\r\n\r\nx`,
      body: "x",
      kept: true,
    },
    {
      why: "Connection: close",
      text: `${ok}Connection: Close\r\nContent-Length: 1\r\n\r\nx`,
      body: "x",
      kept: false,
    },
    {
      why: "close among others",
      text: `${ok}Connection: foo,\t close , bar\r\nContent-Length: 1\r\n\r\nx`,
      body: "x",
      kept: false,
    },
    {
      why: "what only looks like close",
      text: `${ok}Connection: closed, close x\r\nContent-Length: 1\r\n\r\nx`,
      body: "x",
      kept: true,
    },
    {
      why: "close among the trailers",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nConnection: close\r\n\r\n`,
      body: "",
      kept: false,
    },
    { why: "HTTP/1.0", text: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", body: "x", kept: false },
    {
      why: "HTTP/1.0 that stays",
      text: "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
      body: "x",
      kept: true,
    },
    {
      why: "HTTP/2.0 in the words of HTTP/1",
      text: "HTTP/2.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
      body: "x",
      kept: false,
    },
  ])("$why", ({ text, body, kept }) => {
    for (const found of [whole(text), bytewise(text)]) {
      expect(found).toMatchObject({ text: body, isKeptAlive: kept });
      expect(found.status).toBeGreaterThanOrEqual(200);
    }
  });

  test.each([
    { why: "without a length", text: `${ok}\r\nall of it`, body: "all of it" },
    {
      why: "with a coding that is not chunked",
      text: `${ok}Transfer-Encoding: chunked, gzip\r\n\r\nall`,
      body: "all",
    },
    { why: "of HTTP/0.9 in a coat", text: "HTTP/0.9 200 OK\r\n\r\nall", body: "all" },
    { why: "without any body", text: `${ok}\r\n`, body: "" },
  ])("a body $why goes on until the server closes", ({ text, body }) => {
    for (const pieces of [[bytesOf(text)], one(bytesOf(text))]) {
      expect(seen(pieces)).toEqual({ problem: "unfinished" });
      expect(seen(pieces, { ends: true })).toMatchObject({ text: body, isKeptAlive: false });
    }
  });

  test("after HEAD the head is everything", () => {
    const head = `${ok}Content-Length: 1000\r\n\r\n`;
    expect(whole(head, { isHead: true })).toMatchObject({ text: "", isKeptAlive: true });
    expect(bytewise(`${ok}\r\n`, { isHead: true })).toMatchObject({ text: "", isKeptAlive: true });
  });

  test("what the server says about keeping idle connections is heard", () => {
    const idle = (value: string) => whole(`${ok}Keep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`).idleS;
    expect(["timeout=5", "max=9, Timeout=75", "timeout=x", "max=3"].map(idle)).toEqual([5, 75, -1, -1]);
  });

  test("bytes behind the answer are counted out", () => {
    const parser = new ResponseParser();
    for (const split of [0, 10, 35]) {
      const bytes = bytesOf(`${ok}Content-Length: 1\r\n\r\nxHTTP`);
      parser.begin(false, true);
      if (split > 0) parser.read(bytes.subarray(0, split), split);
      const rest = bytes.subarray(split);
      expect(parser.read(rest, rest.length)).toBe(complete);
      expect(rest.length - parser.consumed).toBe(4);
    }
  });
});

test("an answer comes out the same for every place where it can be split", () => {
  fc.assert(
    fc.property(answers, ({ bytes, isHead, ends, status, text }) => {
      const reference = seen([bytes], { isHead, ends });
      expect(reference).toMatchObject({ status, text });
      const places = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
      const cutAt = (at: number) => seen([bytes.subarray(0, at), bytes.subarray(at)], { isHead, ends });
      expect(places.filter((at) => !isDeepStrictEqual(cutAt(at), reference))).toEqual([]);
      expect(seen(one(bytes), { isHead, ends })).toEqual(reference);
      expect(seen([bytes], { isHead, ends, wantsBody: false })).toEqual({ ...reference, text: "" });
    }),
    { seed: 20_261, numRuns: 150 },
  );
});

test("what was remembered of earlier heads changes nothing", () => {
  fc.assert(
    fc.property(
      fc.array(answers, { minLength: 2, maxLength: 4 }),
      fc.array(fc.nat(3), { maxLength: 40 }),
      (few, order) => {
        const memo = new HeadMemo();
        for (const which of order) {
          const { bytes, isHead, ends } = few[which % few.length]!;
          expect(seen([bytes], { isHead, ends, memo })).toEqual(seen([bytes], { isHead, ends }));
        }
      },
    ),
    { seed: 20_262, numRuns: 100 },
  );
});

test("a head that comes again is recognized, and a server that varies them is soon not compared any more", () => {
  const memo = new HeadMemo();
  const meaning = new HeadMeaning();
  const heads = Array.from({ length: 20 }, (_, n) => bytesOf(`${ok}X: ${n + 10}\r\n\r\n`));
  const learn = (head: Buffer) => memo.learn(head, 0, head.length, meaning);
  const isKnown = (head: Buffer) => memo.lengthAt(head, 0, head.length) === head.length;
  learn(heads[0]!);
  expect([isKnown(heads[0]!), isKnown(heads[1]!)]).toEqual([true, false]);
  const known = heads.map((head) => {
    learn(head);
    return isKnown(head);
  });
  // A hit renews its patience, ...
  expect(known).not.toContain(false);
  for (const head of heads.slice(0, 9)) learn(head);
  // ... nine misses in a row do not.
  let answersUntilNext = 0;
  for (; !isKnown(heads[0]!); answersUntilNext++) learn(heads[0]!);
  expect(answersUntilNext).toBe(256);
});

test("of a body that is asked for, the first MiB is kept, however it comes", () => {
  const size = 3 * keptBodyBytes;
  const body = Buffer.alloc(size, "0123456789abcdef");
  const bytes = Buffer.concat([bytesOf(`${ok}Content-Length: ${size}\r\n\r\n`), body]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 60_000) pieces.push(bytes.subarray(at, at + 60_000));
  for (const way of [[bytes], pieces]) {
    const { text } = seen(way);
    expect(text).toHaveLength(keptBodyBytes);
    expect(text!.endsWith("0123456789abcdef")).toBe(true);
  }
});

describe("an answer's fields", () => {
  const answerOf = (text: string): WireAnswer => {
    const parser = new ResponseParser();
    parser.begin(false, true);
    const bytes = bytesOf(text);
    parser.read(bytes, bytes.length);
    const answer = new WireAnswer();
    answer.take(parser);
    return answer;
  };

  test.each([
    { name: "x-a", value: "1", why: "whatever the case" },
    { name: "X-B", value: "2, 3", why: "joined when there are several" },
    { name: "X-Empty", value: "", why: "empty" },
    { name: "X-Latin", value: "é", why: "in Latin-1" },
    { name: "X", value: undefined, why: "when the name is only the beginning of another" },
    { name: "HTTP/1.1 200 OK", value: undefined, why: "not from the status line" },
  ])("are found $why", ({ name, value }) => {
    const answer = answerOf(
      `HTTP/1.1 200 X: 9\r\nX-A:  1 \r\nx-b: 2\r\nX-Empty:\r\nX-Latin: \xe9\r\nX-B:3\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(answer.header(name)).toBe(value);
  });

  test("and its text is UTF-8", () => {
    const body = Buffer.from("价格 €").toString("latin1");
    expect(answerOf(`${ok}Content-Length: ${body.length}\r\n\r\n${body}`).text()).toBe("价格 €");
  });
});
