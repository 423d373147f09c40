/** Which request a callee owes an answer to. */
import { expect, test } from "vitest";
import { OpenRequest } from "../../../chaos/relay/open-request.ts";

const sent = (...pieces: readonly string[]) => {
  const request = new OpenRequest();
  request.keepWords(true);
  for (const piece of pieces) request.goes(Buffer.from(piece));
  return request;
};

test.each([
  { why: "the words stand in it", pieces: ["POST /order HTTP/1.1"], isOwed: true },
  { why: "they are cut in two", pieces: ["POST /or", "der HTTP/1.1"], isOwed: true },
  { why: "it says something else", pieces: ["GET /item/7 HTTP/1.1"], isOwed: false },
  { why: "they stand far behind its beginning", pieces: ["x".repeat(5_000), "POST /order"], isOwed: false },
  { why: "nothing was asked", pieces: [], isOwed: false },
])("$isOwed when $why", ({ pieces, isOwed }) => {
  const request = sent(...pieces);
  expect(request.awaits("POST /order")).toBe(isOwed);
  expect(request.awaits()).toBe(pieces.length > 0);
});

test("an answer is the end of it: its words are not those of the next", () => {
  const request = sent("POST /order");
  request.isAnswered();
  expect(request.awaits()).toBe(false);
  request.goes(Buffer.from("GET /item/7"));
  expect([request.awaits(), request.awaits("POST /order")]).toEqual([true, false]);
});

test("words are not kept unless somebody asks for them", () => {
  const request = new OpenRequest();
  request.goes(Buffer.from("POST /order"));
  expect([request.awaits(), request.awaits("POST /order")]).toEqual([true, false]);
});
