import { expect, test } from "vitest";
import { orderOf, warmConnections } from "../../agents/assignment.ts";
import { Assignment } from "../../proto/generated/bench.ts";

const [one, two] = [["http://a"], ["http://a", "http://b"]];

test.each([
  { why: "50 ms of requests", ratePerS: 1_000, connections: 50 },
  { why: "only my share of them", ratePerS: 1_000, shareCount: 4, connections: 13 },
  { why: "all requests of a journey", ratePerS: 1_000, requestsPerArrival: 2.5, connections: 125 },
  {
    why: "eight to each base URL when there is hardly any load",
    ratePerS: 1,
    baseUrls: two,
    connections: 16,
  },
  { why: "as many to each base URL", ratePerS: 420, baseUrls: two, connections: 22 },
  { why: "no more than allowed", ratePerS: 1_000, maxConnections: 10, connections: 10 },
  {
    why: "none that would have nowhere to go, but also no nonsense",
    ratePerS: 0,
    baseUrls: [],
    connections: 8,
  },
])("warm connections are for $why", ({ why: _, connections, requestsPerArrival = 1, ...more }) => {
  const assignment = { ...Assignment.create(), baseUrls: one, shareCount: 1, maxConnections: 4_000, ...more };
  expect(warmConnections(assignment, requestsPerArrival)).toBe(connections);
});

test("the rate before the measured part is that of the assignment, when it names one", async () => {
  const world = { items: 1, categories: 1, users: 1, tag: "t", sale: undefined };
  const assignment = { ...Assignment.create(), scenario: "browse", world, shareCount: 1 };
  expect(await orderOf(assignment)).not.toHaveProperty("warmupRatePerS");
  const sent = Assignment.encode({ ...assignment, warmupRatePerS: 600.5 }).finish();
  expect(await orderOf(Assignment.decode(sent))).toMatchObject({ warmupRatePerS: 600.5 });
});
