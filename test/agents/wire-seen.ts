/** What the parser makes of bytes that come in pieces. */
import { WireAnswer } from "../../agents/senders/wire/answer.ts";
import type { HeadMemo } from "../../agents/senders/wire/head-memo.ts";
import { complete, ResponseParser, unfinished } from "../../agents/senders/wire/response-parser.ts";

export interface Seen {
  readonly problem?: string;
  readonly status?: number;
  readonly text?: string;
  readonly isKeptAlive?: boolean;
  readonly idleS?: number;
  readonly head?: string;
}

export interface Way {
  readonly isHead?: boolean;
  readonly wantsBody?: boolean;
  /** Whether the connection is closed in good order behind the bytes. */
  readonly ends?: boolean;
  readonly memo?: HeadMemo;
}

/** What the parser makes of `pieces`, each read into the same memory, as from a socket. */
export function seen(
  pieces: readonly Buffer[],
  { isHead = false, wantsBody = true, ends = false, memo }: Way = {},
): Seen {
  const parser = new ResponseParser(memo);
  const buffer = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
  parser.begin(isHead, wantsBody);
  let progress: number = unfinished;
  for (const piece of pieces) {
    buffer.fill("?");
    piece.copy(buffer);
    progress = parser.read(buffer, piece.length);
    if (progress !== unfinished) break;
  }
  if (progress === unfinished && ends) progress = parser.end();
  if (progress === unfinished) return { problem: "unfinished" };
  if (progress !== complete) return { problem: parser.problem };
  const answer = new WireAnswer();
  answer.take(parser);
  const { isKeptAlive, head } = parser;
  const { status, idleS } = head.meaning;
  return {
    status,
    text: answer.text(),
    isKeptAlive,
    idleS,
    head: head.bytes.toString("latin1", head.from, head.to),
  };
}

export const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
export const one = (bytes: Buffer): Buffer[] => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
export const whole = (text: string, way?: Way): Seen => seen([bytesOf(text)], way);
export const bytewise = (text: string, way?: Way): Seen => seen(one(bytesOf(text)), way);

export const ok = "HTTP/1.1 200 OK\r\n";
