/** Requests as the wire sender writes them. */
import { describe, expect, test } from "vitest";
import { RequestTexts } from "../../agents/senders/wire/request-text.ts";
import { WireSender } from "../../agents/senders/wire.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

const host = "shop.example:8080";
const compose = (request: Partial<ShopRequest>) =>
  new RequestTexts(host).compose({ method: "GET", path: "/", ...request });
const head = "host: shop.example:8080\r\nconnection: keep-alive\r\n";

describe("a request is written", () => {
  test.each([
    { why: "plain", request: { path: "/a?b=c" }, text: `GET /a?b=c HTTP/1.1\r\n${head}\r\n` },
    {
      why: "for its head only",
      request: { method: "HEAD" as const },
      text: `HEAD / HTTP/1.1\r\n${head}\r\n`,
    },
    {
      why: "with fields, in their order and case",
      request: { headers: { "X-User": "7", accept: "*/*" } },
      text: `GET / HTTP/1.1\r\n${head}X-User: 7\r\naccept: */*\r\n\r\n`,
    },
    {
      why: "with a body, as JSON",
      request: { method: "POST" as const, body: "{}" },
      text: `POST / HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
    },
    {
      why: "with a body that says what it is",
      request: { method: "PUT" as const, body: "a=1", headers: { "Content-Type": "text/x" } },
      text: `PUT / HTTP/1.1\r\n${head}Content-Type: text/x\r\ncontent-length: 3\r\n\r\na=1`,
    },
    {
      why: "with the length of a body that is not there",
      request: { method: "POST" as const },
      text: `POST / HTTP/1.1\r\n${head}content-length: 0\r\n\r\n`,
    },
    {
      why: "without it where nobody expects a body",
      request: { method: "DELETE" as const },
      text: `DELETE / HTTP/1.1\r\n${head}\r\n`,
    },
    {
      why: "to the host that it names",
      request: { headers: { Host: "other.example" } },
      text: "GET / HTTP/1.1\r\nconnection: keep-alive\r\nHost: other.example\r\n\r\n",
    },
    {
      why: "as the last one",
      request: { headers: { connection: "Close" } },
      text: "GET / HTTP/1.1\r\nhost: shop.example:8080\r\nconnection: close\r\n\r\n",
    },
    {
      why: "with its length once",
      request: { method: "POST" as const, body: "{}", headers: { "content-length": "2" } },
      text: `POST / HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
    },
  ])("$why", ({ request, text }) => {
    expect(String(compose(request))).toBe(text);
  });

  test("with the length of the body in bytes", () => {
    const bytes = compose({ method: "POST", path: "/\xe9", body: "价格" }) as Buffer;
    expect(bytes.toString("latin1")).toContain("POST /\xe9 HTTP/1.1\r\n");
    expect(bytes.toString("latin1")).toContain("content-length: 6\r\n");
    expect(bytes.toString("utf8").endsWith("\r\n\r\n价格")).toBe(true);
  });
});

test.each([
  { why: "a path that is none", request: { path: "item" }, because: /"item" is not a path/ },
  { why: "a space in the path", request: { path: "/a b" }, because: /"\/a b" is not a path/ },
  { why: "a character beyond Latin-1 in the path", request: { path: "/价" }, because: /is not a path/ },
  { why: "a line break in a value", request: { headers: { a: "b\r\nc: d" } }, because: /header a cannot be/ },
  {
    why: "a character beyond Latin-1 in a value",
    request: { headers: { a: "价" } },
    because: /header a cannot/,
  },
  { why: "a name that is none", request: { headers: { "a b": "c" } }, because: /not the name of a header/ },
  { why: "an empty name", request: { headers: { "": "c" } }, because: /not the name of a header/ },
  { why: "framing", request: { headers: { "Transfer-Encoding": "x" } }, because: /sender's own/ },
  { why: "a change of protocol", request: { headers: { upgrade: "h2c" } }, because: /sender's own/ },
  { why: "a connection option", request: { headers: { Connection: "upgrade" } }, because: /only close or/ },
  {
    why: "a wrong length",
    request: { body: "abc", headers: { "Content-Length": "5" } },
    because: /given as 5.*3 bytes/,
  },
])("$why cannot be sent", ({ request, because }) => {
  const texts = new RequestTexts(host);
  // The second time the name is known already.
  for (const _ of [1, 2]) {
    expect(texts.compose({ method: "GET", path: "/", ...request })).toBeUndefined();
    expect(texts.because).toMatch(because);
  }
});

test("only the request that says so is the last", () => {
  const texts = new RequestTexts(host);
  texts.compose({ method: "GET", path: "/", headers: { connection: "close" } });
  expect(texts.isLast).toBe(true);
  texts.compose({ method: "GET", path: "/" });
  expect(texts.isLast).toBe(false);
});

test("all unusable base URLs are named at once", () => {
  const baseUrls = ["ftp://a", "http://a/shop", "nowhere"];
  const options = { baseUrls, maxConnections: 1, requestTimeoutMs: 1, clock: new ManualClock() };
  expect(() => new WireSender(options)).toThrow(
    expect.objectContaining({
      kind: "usage",
      problems: [
        '"ftp://a" is neither http nor https',
        '"http://a/shop" must end after the host',
        expect.stringContaining('"nowhere" is not a URL'),
      ],
    }),
  );
  expect(() => new WireSender({ ...options, baseUrls: [] })).toThrow("there is nowhere to send requests to");
});
