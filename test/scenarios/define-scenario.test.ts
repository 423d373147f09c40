import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { defineScenario, hold, type ScenarioInput } from "../../scenarios/scenario.ts";
import { PlainShopper } from "../fakes/plain-shopper.ts";

const small: ScenarioInput = { name: "small", operations: { home: "GET /" }, mix: { home: 1 } };

function problemsOf(input: unknown): readonly string[] {
  try {
    defineScenario(input as ScenarioInput);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.kind).toBe("usage");
    return error.problems;
  }
  return [];
}

describe("a scenario of name, operations and mix", () => {
  const scenario = defineScenario(small);
  const shape = { ratePerS: 40, durationS: 15 };

  test("is complete", () => {
    expect(scenario).toMatchObject({
      name: "small",
      title: "small",
      journeys: {},
      popularity: { exponent: 0 },
      requestsPerArrival: 1,
      source: "not stated",
    });
    expect(scenario.sale).toBeUndefined();
  });

  test("holds the rate, by chance, in one phase", () => {
    expect(scenario.load(shape)).toMatchObject({ kind: "open", spanS: 15, peakPerS: 40, spacing: "poisson" });
    expect(scenario.phases(shape)).toEqual([{ name: "all", fromS: 0, toS: 15, mix: { home: 1 } }]);
  });

  test("may be defined again from what it became", () => {
    expect(defineScenario(scenario).phases(shape)).toEqual(scenario.phases(shape));
  });
});

describe("a request written as a line", () => {
  const request = (line: string) =>
    defineScenario({ ...small, operations: { home: line } }).operations.home!.request(new PlainShopper(9));

  test("has its blanks filled from the shopper", () => {
    expect(request("GET /")).toEqual({ method: "GET", path: "/" });
    const { userId } = new PlainShopper(9);
    expect(request("DELETE /users/{user}/visits/{arrival}?now")).toEqual({
      method: "DELETE",
      path: `/users/${userId}/visits/9?now`,
    });
    expect(request("GET /items/{item}").path).toBe(`/items/${new PlainShopper(9).drawItem()}`);
    expect(request("HEAD /c/{category}").path).toMatch(/^\/c\/([1-9]|1\d|20)$/);
  });
});

describe("problems", () => {
  test.each([
    { why: "no object", input: null, problems: [] },
    {
      why: "a misspelt key",
      input: { ...small, opperations: {} },
      problems: ['unknown key "opperations"; did you mean "operations"?'],
    },
    {
      why: "a guarantee that is none",
      input: { ...small, guarantees: ["read-your-write"] },
      problems: ['unknown guarantee "read-your-write"; did you mean "read-your-writes"?'],
    },
    {
      why: "a name for no folder",
      input: { ...small, name: "a b" },
      problems: ['name must be letters, digits and hyphens, not "a b"'],
    },
    {
      why: "a misspelt name in the mix",
      input: { ...small, mix: { hmoe: 1 } },
      problems: ['the mix: unknown operation or journey "hmoe"; did you mean "home"?'],
    },
    {
      why: "bad weights",
      input: { ...small, mix: { home: -1 } },
      problems: [
        "the mix: the weight of home must be a number >= 0, not -1",
        "the mix needs a weight above 0",
      ],
    },
    {
      why: "lines that are no requests",
      input: { ...small, operations: { home: "FETCH /", item: "GET /{itme}", no: "hello" } },
      problems: [
        'operation home: "FETCH /": unknown method "FETCH"; known: GET, HEAD, POST, PUT, PATCH, DELETE',
        'operation item: "GET /{itme}": nothing is called {itme}; there is {item}',
        'operation no: "hello" is not a request; write a method and a path, for example "GET /"',
      ],
    },
    {
      why: "operations that are none",
      input: { ...small, operations: { home: { request: () => ({}), juge: 1 }, other: {} } },
      problems: [
        'operation home: unknown key "juge"; did you mean "judge"?',
        'operation other must have request(shopper), or be a line like "GET /"',
      ],
    },
    {
      why: "several things at once",
      input: { name: "x", operations: {}, popularity: { exponent: -1 }, requestsPerArrival: 0, sale: 5 },
      problems: [
        "operations must name at least one request",
        "give either mix or phases",
        "sale must be a function of the shape",
        "popularity.exponent must be a number >= 0, not -1",
        "requestsPerArrival must be above 0, not 0",
      ],
    },
    {
      why: "journeys without a count, one with the name of an operation",
      input: { ...small, journeys: { home: () => undefined, walk: 3 } },
      problems: [
        "home is the name of an operation and of a journey; a mix could mean either",
        "journey walk must be a generator function, not 3",
        "requestsPerArrival is needed with journeys: the mean number of requests of one arrival",
      ],
    },
    {
      why: "phases with a hole, an overlap and a wrong end",
      input: {
        ...small,
        mix: undefined,
        phases: () => [
          { name: "a", fromS: 0, toS: 10, mix: { home: 1 } },
          { name: "b", fromS: 12, toS: 12, mix: { home: 1 } },
          { name: "b", fromS: 12, toS: 20, mix: { home: 0 } },
        ],
      },
      problems: [
        "phase b starts at 12 s, where 10 s was reached",
        "phase b ends at 12 s, not after its start at 12 s",
        "two phases are called b",
        "the mix of phase b needs a weight above 0",
        "the phases end at 20 s, the run at 30 s",
      ],
    },
    {
      why: "a load of another length",
      input: { ...small, load: () => hold({ ratePerS: 1, spanS: 5 }) },
      problems: ["the load lasts 5 s, the run 30 s"],
    },
    {
      why: "a load that cannot be made",
      input: { ...small, load: () => hold({ ratePerS: -1, spanS: 5 }) },
      problems: [
        "no load can be made of 100 /s for 30 s: no load can be made by hold(); ratePerS must be 0 or more, not -1",
      ],
    },
    {
      why: "phases that cannot be made",
      input: {
        ...small,
        mix: undefined,
        phases: () => {
          throw new Error("too short");
        },
      },
      problems: ["phases cannot be made of 100 /s for 30 s: too short"],
    },
  ])("$why", ({ input, problems }) => {
    if (input === null) expect(() => defineScenario(input as never)).toThrow("a scenario is an object");
    else expect(problemsOf(input)).toEqual(problems);
  });

  test("of a shape appear when that shape is asked for", () => {
    const scenario = defineScenario({ ...small, load: ({ ratePerS }) => hold({ ratePerS, spanS: 30 }) });
    expect(scenario.load({ ratePerS: 1, durationS: 30 }).spanS).toBe(30);
    expect(() => scenario.load({ ratePerS: 1, durationS: 31 })).toThrow(Failure);
  });
});
