/** Answers that are none: refused wherever they are split, because what follows them could be anybody's. */
import { describe, expect, test } from "vitest";
import { headLimitBytes } from "../../agents/senders/wire/head-parser.ts";
import { bytewise, ok, whole } from "./wire-seen.ts";

describe("malformed answers", () => {
  test.each([
    { why: "another protocol", text: "220 smtp.example.org ready\r\n\r\n" },
    { why: "lower-case HTTP", text: "http/1.1 200 OK\r\n\r\n" },
    { why: "an unknown version", text: "HTTP/1.2 200 OK\r\n\r\n" },
    { why: "a status of two digits", text: "HTTP/1.1 20 OK\r\n\r\n" },
    { why: "a status of four digits", text: "HTTP/1.1 2000 OK\r\n\r\n" },
    { why: "two spaces before the status", text: "HTTP/1.1  200 OK\r\n\r\n" },
    { why: "a bare LF after the status line", text: "HTTP/1.1 200 OK\n\r\n" },
    { why: "a bare LF after a field", text: `${ok}A: b\n\r\n` },
    { why: "a bare LF after an empty field", text: `${ok}A:\n\r\n` },
    { why: "a bare LF after the head", text: `${ok}A: b\r\n\n` },
    { why: "a bare CR in a field", text: `${ok}A: b\rc\r\n\r\n` },
    { why: "CR CR after the status line", text: "HTTP/1.1 200 OK\r\r\n\r\n" },
    { why: "a field without a name", text: `${ok}: b\r\n\r\n` },
    { why: "a field without a colon", text: `${ok}A b\r\n\r\n` },
    { why: "a space before the colon", text: `${ok}Content-Length : 1\r\n\r\nx` },
    { why: "a fold right after the status line", text: `${ok} A: b\r\n\r\n` },
    { why: "a value that begins with a fold", text: `${ok}A:\r\n b\r\n\r\n` },
    { why: "a folded field", text: `${ok}A: b\r\n c\r\nContent-Length: 0\r\n\r\n` },
    { why: "a folded length", text: `${ok}Content-Length: 1\r\n 0\r\n\r\nx` },
    { why: "a folded coding", text: `${ok}Transfer-Encoding: chunked\r\n , x\r\n\r\n` },
    { why: "a NUL in a value", text: `${ok}A: b\0\r\n\r\n` },
    { why: "an empty length", text: `${ok}Content-Length:\r\n\r\n` },
    { why: "a negative length", text: `${ok}Content-Length: -1\r\n\r\n` },
    { why: "a signed length", text: `${ok}Content-Length: +1\r\n\r\nx` },
    { why: "a hexadecimal length", text: `${ok}Content-Length: 0x1\r\n\r\nx` },
    { why: "a list of lengths", text: `${ok}Content-Length: 1, 1\r\n\r\nx` },
    { why: "a huge length", text: `${ok}Content-Length: 99999999999999999999\r\n\r\nx` },
    { why: "two equal lengths", text: `${ok}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx` },
    {
      why: "a length and then a coding",
      text: `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    },
    {
      why: "a coding and then a length",
      text: `${ok}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n`,
    },
    {
      why: "a length and then an empty coding",
      text: `${ok}Content-Length: 1\r\nTransfer-Encoding:\r\n\r\nx`,
    },
    { why: "a chunk without a size", text: `${ok}Transfer-Encoding: chunked\r\n\r\n\r\nx\r\n` },
    { why: "a chunk with a signed size", text: `${ok}Transfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n` },
    { why: "a space behind the size of a chunk", text: `${ok}Transfer-Encoding: chunked\r\n\r\n1 \r\nx\r\n` },
    { why: "a huge chunk", text: `${ok}Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\nx` },
    { why: "a chunk longer than its size", text: `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n` },
    { why: "a bare LF after the size of a chunk", text: `${ok}Transfer-Encoding: chunked\r\n\r\n1\nx\r\n` },
    { why: "a bare LF after a chunk", text: `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nx\n0\r\n\r\n` },
    { why: "a bare LF in a chunk extension", text: `${ok}Transfer-Encoding: chunked\r\n\r\n1;a\nx\r\n` },
    { why: "a space in a chunk extension", text: `${ok}Transfer-Encoding: chunked\r\n\r\n1; a\r\nx\r\n` },
    {
      why: "an open quote in a chunk extension",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n1;a="b\r\nx\r\n`,
    },
    {
      why: "a length among the trailers",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n`,
    },
    {
      why: "a coding among the trailers",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: x\r\n\r\n`,
    },
    {
      why: "an unasked-for change of protocol",
      text: "HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    },
    { why: "an interim answer that closes", text: `HTTP/1.1 100 Go on\r\nConnection: close\r\n\r\n` },
    { why: "a head without end", text: `${ok}A: ${"b".repeat(headLimitBytes)}` },
    { why: "fields without end", text: `${ok}${"Abcdef: ghijkl\r\n".repeat(headLimitBytes / 16)}\r\n` },
    {
      why: "chunk extensions without end",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n1;${"b".repeat(headLimitBytes + 1)}`,
    },
    {
      why: "trailers without end",
      text: `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n${"A: b\r\n".repeat(headLimitBytes / 4)}`,
    },
  ])("$why is refused, and says why", ({ text }) => {
    const { problem } = whole(text);
    expect(problem).toMatch(/[a-z]/);
    expect(problem).not.toBe("unfinished");
    // A megabyte byte by byte would only be slow.
    if (text.length < 1000) expect(bytewise(text)).toEqual({ problem });
  });

  test.each([
    "",
    "HTTP/1.1 2",
    `${ok}Content-Le`,
    `${ok}Content-Length: 9\r\n\r\nonly`,
    `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nonly`,
  ])("an answer that ends in the middle is not complete: %j", (text) => {
    expect(whole(text, { ends: true })).toEqual({ problem: "closed before the answer was complete" });
  });
});
