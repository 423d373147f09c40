import { describe, expect, test } from "vitest";
import {
  httpOf,
  type NotAnswered,
  nameOfStatus,
  notAnsweredBy,
  undone,
} from "../../../../targets/shop/bus/grpc-status.ts";

/** Every status but OK. */
const statuses = Array.from({ length: 16 }, (_, at) => nameOfStatus(at + 1) as NotAnswered["status"]);

describe("what became of a call", () => {
  test.each(statuses)("%s comes out of HTTP as it went in", (status) => {
    const told = {
      status,
      message: "it's “told” so\nin full",
      metadata: { outcome: "undone", reason: "full" },
    };
    const http = httpOf(told);
    expect(http.httpStatus).toBeGreaterThanOrEqual(400);
    expect(notAnsweredBy(http)).toEqual(told);
  });

  test.each([
    { code: 0, name: "OK" },
    { code: 4, name: "DEADLINE_EXCEEDED" },
    { code: 14, name: "UNAVAILABLE" },
    { code: 16, name: "UNAUTHENTICATED" },
  ])("is $name with gRPC's number $code", ({ code, name }) => expect(nameOfStatus(code)).toBe(name));

  test.each([17, -1, 1.5, Number.NaN])("is UNKNOWN with the number %d, which nobody knows", (code) => {
    expect(nameOfStatus(code)).toBe("UNKNOWN");
  });

  test("that nothing was done is never invented: it comes only from who says so", () => {
    const told = { status: "UNAVAILABLE", message: "the connection broke", metadata: {} } as const;
    expect(notAnsweredBy(httpOf(told)).metadata).toEqual({});
    expect(undone("full")).toEqual({ outcome: "undone", reason: "full" });
  });
});

test.each([
  { what: "a page of a proxy", httpStatus: 502, body: "<html>Bad Gateway</html>" },
  { what: "the shop's own busy", httpStatus: 503, body: '{"status":"busy"}' },
  { what: "nothing", httpStatus: 503, body: "" },
  { what: "a status that is none", httpStatus: 503, body: '{"status":"FULL","message":"","metadata":{}}' },
  { what: "an OK that is not one", httpStatus: 503, body: '{"status":"OK","message":"","metadata":{}}' },
  {
    what: "metadata that are no texts",
    httpStatus: 503,
    body: '{"status":"UNAVAILABLE","message":"","metadata":{"outcome":1}}',
  },
])("$what in the place of an answer leaves unknown what was done", ({ httpStatus, body }) => {
  const told = notAnsweredBy({ httpStatus, body });
  expect(told).toMatchObject({ status: "UNKNOWN", metadata: {} });
  expect(told.message).toContain(String(httpStatus));
});
