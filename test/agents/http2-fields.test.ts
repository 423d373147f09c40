import type { OutgoingHttpHeaders } from "node:http2";
import { expect, test } from "vitest";
import { addFields, pathProblem } from "../../agents/senders/http2/fields.ts";
import { httpDialect } from "../../agents/senders/http2/http-dialect.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";

const composed = (request: ShopRequest) => httpDialect.compose(request, "https", "shop.example:8443");

test("a request becomes its pseudo-header fields, and names are in lower case", () => {
  expect(
    composed({ method: "GET", path: "/item/1?a=b", headers: { "X-User": "7", TE: "trailers" } }),
  ).toEqual({
    fields: {
      ":method": "GET",
      ":path": "/item/1?a=b",
      ":scheme": "https",
      ":authority": "shop.example:8443",
      "x-user": "7",
      te: "trailers",
    },
    body: undefined,
  });
});

test("a host that a scenario gives is the authority", () => {
  expect(composed({ method: "GET", path: "/", headers: { Host: "other.example" } })).toMatchObject({
    fields: { ":authority": "other.example" },
  });
});

test.each([
  { method: "POST", body: "é", length: "2", type: "application/json" },
  { method: "POST", body: undefined, length: "0", type: undefined },
  { method: "DELETE", body: undefined, length: undefined, type: undefined },
  { method: "DELETE", body: "x", length: "1", type: "application/json" },
] as const)("$method with the body $body has the length $length", ({ method, body, length, type }) => {
  const request = { method, path: "/", ...(body !== undefined && { body }) };
  const { fields } = composed(request) as { fields: OutgoingHttpHeaders };
  expect([fields["content-length"], fields["content-type"]]).toEqual([length, type]);
});

test.each(["connection", "Keep-Alive", "proxy-connection", "Transfer-Encoding", "upgrade", "HTTP2-Settings"])(
  "%s is not sent, because HTTP/2 has no such thing",
  (name) => {
    expect(addFields({}, { [name]: "x" })).toContain(name);
  },
);

test.each([
  { why: "a name with a space", headers: { "x user": "1" } },
  { why: "a name that is a pseudo-header field", headers: { ":path": "/other" } },
  { why: "a value with a line break", headers: { "x-user": "1\r\nx: y" } },
  { why: "a value beyond Latin-1", headers: { "x-user": "€" } },
  { why: "te other than trailers", headers: { te: "gzip" } },
  { why: "one name in two spellings", headers: { "x-user": "1", "X-User": "2" } },
])("$why is refused with a sentence", ({ headers }) => {
  expect(addFields({}, headers as Record<string, string>)).not.toBe("");
});

test("a length that is not the body's is refused", () => {
  expect(composed({ method: "POST", path: "/", body: "abc", headers: { "content-length": "4" } })).toBe(
    "content-length is given as 4, and the body has 3 bytes",
  );
});

test.each(["", "item", "*", "http://a/", "/a b", "/a\n", "/€"])("%j is not a path", (path) => {
  expect(pathProblem(path)).toContain("is not a path");
});
