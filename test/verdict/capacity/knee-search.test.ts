import { describe, expect, it } from "vitest";
import { Random } from "../../../base/random.ts";
import { nextProbe, type SearchOptions, type Told } from "../../../verdict/capacity/knee-search.ts";
import { answerOf, type ProbeAnswer } from "../../../verdict/capacity/probe.ts";
import { requestsToProve } from "../../../verdict/capacity/proven.ts";

const options: SearchOptions = {
  firstPerS: 100,
  growth: 1.4,
  resolutionRatio: 0.05,
  proofs: 3,
  leastPerS: 1,
  mostPerS: 10_000,
  mostProbes: 40,
};

/** Follows the search against a target that answers by `answer`. */
const search = (
  answer: (ratePerS: number, told: readonly Told[]) => ProbeAnswer,
  changed: Partial<SearchOptions> = {},
) => searchWith((ratePerS, told) => ({ answer: answer(ratePerS, told) }), changed);

function searchWith(
  answer: (ratePerS: number, told: readonly Told[]) => Omit<Told, "aim" | "ratePerS">,
  changed: Partial<SearchOptions> = {},
) {
  const told: Told[] = [];
  for (let probes = 0; probes < 100; probes++) {
    const next = nextProbe(told, { ...options, ...changed });
    if (next.kind !== "probe") return { next, told };
    told.push({ aim: next.aim, ratePerS: next.ratePerS, ...answer(next.ratePerS, told) });
  }
  throw new Error("the search does not end");
}

describe("a search that goes on after its proof", () => {
  const of = (aim: Told["aim"], ratePerS: number, answer: ProbeAnswer): Told => ({ aim, ratePerS, answer });
  const proven = [
    ...[of("rise", 100, "good"), of("rise", 105, "bad"), of("again", 105, "bad")],
    ...[1, 2, 3].map(() => of("confirm", 100, "good")),
  ];

  it("no longer believes what was bad below a load that was kept, and rises from there", () => {
    const kept = of("overload", 150, "good");
    expect(nextProbe([...proven, kept], options)).toEqual({ kind: "probe", aim: "rise", ratePerS: 210 });
    // Above it was bad as well, and that stands.
    const [above, again] = [of("rise", 170, "bad"), of("again", 170, "bad")];
    expect(nextProbe([above, again, ...proven, kept], options)).toMatchObject({
      aim: "bisect",
      ratePerS: 160,
    });
  });

  it("believes what is bad there afterwards", () => {
    const since = [of("confirm", 150, "bad"), of("again", 150, "bad"), of("bisect", 122, "bad")];
    const told = [...proven, of("curve", 150, "good"), ...since];
    expect(nextProbe(told, options)).toEqual({ kind: "probe", aim: "again", ratePerS: 122 });
  });

  it("does not mind how the target came back, or did with other budgets", () => {
    const others = [of("comeback", 75, "bad"), of("comeback", 75, "bad"), of("relief", 150, "good")];
    expect(nextProbe([...proven, ...others], options)).toMatchObject({ kind: "found", kneePerS: 100 });
  });

  it("is not moved by luck while it rose", () => {
    expect(nextProbe([...proven, of("rise", 150, "good")], options)).toMatchObject({ kneePerS: 100 });
  });
});

describe("the search for the knee", () => {
  it("ends within its resolution below where the target gives up, from wherever it begins", () => {
    for (const [firstPerS, knee] of [
      [100, 317],
      [1, 5_000],
      [9_000, 12],
      [250, 250],
    ] as const) {
      const { next } = search((ratePerS) => (ratePerS <= knee ? "good" : "bad"), { firstPerS });
      expect(next.kind, `${firstPerS} to ${knee}`).toBe("found");
      if (next.kind !== "found") return;
      expect(next.kneePerS).toBeLessThanOrEqual(knee);
      expect(next.kneePerS).toBeGreaterThan(knee / 1.07);
      expect(next.badPerS).toBeGreaterThan(knee);
    }
  });

  it("rises, halves and confirms, in that order, and asks twice before it calls a rate bad", () => {
    const { told } = search((ratePerS) => (ratePerS <= 317 ? "good" : "bad"));
    expect(told.map(({ aim }) => aim).filter((aim, at, all) => aim !== all[at - 1])).toEqual([
      ...["rise", "again", "bisect", "again", "bisect", "confirm"],
    ]);
    const bad = told.filter(({ answer }) => answer === "bad").map(({ ratePerS }) => ratePerS);
    for (const ratePerS of bad) expect(bad.filter((each) => each === ratePerS)).toHaveLength(2);
  });

  it("takes one stall of the machine for what it is", () => {
    let stalls = 0;
    const { next } = search((ratePerS) => {
      if (ratePerS === 100 && stalls++ === 0) return "bad";
      return ratePerS <= 317 ? "good" : "bad";
    });
    expect(next).toMatchObject({ kind: "found" });
  });

  it("never confirms a load that was not probed before", () => {
    const { told } = search((ratePerS) => (ratePerS <= 317 ? "good" : "bad"));
    for (const [at, { aim, ratePerS }] of told.entries()) {
      if (aim !== "confirm") continue;
      const earlier = told.slice(0, at).filter((each) => each.ratePerS === ratePerS);
      expect(earlier.some(({ answer }) => answer === "good")).toBe(true);
    }
  });

  it("goes down when what it found is not met reliably", () => {
    const { next } = search((ratePerS, told) =>
      ratePerS > 317 || (ratePerS > 280 && told.some((each) => each.ratePerS === ratePerS)) ? "bad" : "good",
    );
    expect(next.kind).toBe("found");
    if (next.kind === "found") expect(next.kneePerS).toBeLessThanOrEqual(280);
  });

  it("says so when nothing is low enough, and when the instrument cannot make more", () => {
    expect(search(() => "bad").next).toMatchObject({
      kind: "none",
      because: expect.stringContaining("not even"),
    });
    expect(search(() => "good", { mostPerS: 500 }).next).toEqual({
      kind: "found",
      kneePerS: 500,
      badPerS: undefined,
    });
  });

  it("finds no knee with an instrument that is not well", () => {
    const { next, told } = search((ratePerS) => (ratePerS > 150 ? "unsound" : "good"));
    expect(next).toMatchObject({ kind: "none", because: expect.stringContaining("instrument was not well") });
    // Three times at each of the rates that come ever nearer to the good one.
    expect(told.filter(({ answer }) => answer === "unsound")).toHaveLength(9);
  });

  it("stops at once when the books do not agree, at whatever load", () => {
    const { next, told } = search((ratePerS) => (ratePerS > 150 ? "broken" : "good"));
    expect(next).toMatchObject({ kind: "none", because: expect.stringContaining("books") });
    expect(told.at(-1)?.answer).toBe("broken");
  });

  it("counts a rate as bad that can be proven neither way", () => {
    const { next } = search((ratePerS) => (ratePerS > 317 ? "open" : "good"));
    expect(next).toMatchObject({ kind: "found" });
  });

  it("goes on below a rate of which nothing can be known, when something below it was good", () => {
    const unsoundAbove = (fromPerS: number) => (ratePerS: number) =>
      ratePerS >= fromPerS ? "unsound" : ratePerS <= 317 ? "good" : "bad";
    const { next, told } = search(unsoundAbove(390), { growth: 2 });
    expect(told.filter(({ answer }) => answer === "unsound").length).toBeGreaterThanOrEqual(3);
    expect(next).toMatchObject({ kind: "found" });
    if (next.kind === "found") expect(next.kneePerS).toBeGreaterThan(317 / 1.07);
  });

  it("says that nobody knows where the end is, when nothing was bad below a rate of which nothing can be known", () => {
    const { next } = search((ratePerS) => (ratePerS >= 390 ? "unsound" : "good"), { growth: 2 });
    expect(next).toMatchObject({
      kind: "none",
      because: expect.stringMatching(/again and again; 3\d\d \/s was kept/),
    });
    expect(search(() => "unsound").told).toHaveLength(3);
  });

  it("does not mind a rate of which nothing is known when the knee is enclosed already", () => {
    const times = (count: number, one: Told): readonly Told[] => new Array<Told>(count).fill(one);
    const told = [
      ...[{ aim: "rise", ratePerS: 100, answer: "good" } as const],
      ...times(3, { aim: "bisect", ratePerS: 103, answer: "unsound" }),
      ...times(2, { aim: "bisect", ratePerS: 105, answer: "bad" }),
      ...times(3, { aim: "confirm", ratePerS: 100, answer: "good" }),
    ];
    expect(nextProbe(told, options)).toEqual({ kind: "found", kneePerS: 100, badPerS: 105 });
  });

  it("takes one plain failure for bad, and two that may have been a stall", () => {
    const plain = searchWith((ratePerS) => ({
      answer: ratePerS <= 317 ? "good" : "bad",
      ...(ratePerS > 400 && { isPlain: true }),
    }));
    const bad = plain.told.filter(({ answer }) => answer === "bad").map(({ ratePerS }) => ratePerS);
    for (const ratePerS of bad)
      expect(bad.filter((each) => each === ratePerS)).toHaveLength(ratePerS > 400 ? 1 : 2);
    expect(plain.next).toMatchObject({ kind: "found" });
  });

  it("looks where the target gave up, and needs fewer probes than by halving", () => {
    const answer = (ratePerS: number) => ({
      answer: ratePerS <= 2_130 ? ("good" as const) : ("bad" as const),
      ...(ratePerS > 2_300 && { isPlain: true }),
    });
    const grown = { firstPerS: 250, growth: 2 };
    const blind = searchWith(answer, grown);
    const led = searchWith(
      (ratePerS) => ({ ...answer(ratePerS), ...(ratePerS > 2_300 && { carriedPerS: 2_170 }) }),
      grown,
    );
    for (const { next } of [blind, led]) {
      expect(next).toMatchObject({ kind: "found" });
      if (next.kind === "found") expect(next.kneePerS).toBeGreaterThan(2_130 / 1.06);
    }
    expect(led.told.length).toBeLessThan(blind.told.length);
    expect(led.told.length).toBeLessThanOrEqual(12);
  });

  it("finds the knee wherever the target seems to give up, however wrong that is", () => {
    for (const carriedPerS of [1, 150, 300, 317, 330, 390, 5_000]) {
      const { next } = searchWith((ratePerS) =>
        ratePerS <= 317 ? { answer: "good" } : { answer: "bad", carriedPerS },
      );
      expect(next.kind, `${carriedPerS}`).toBe("found");
      if (next.kind !== "found") return;
      expect(next.kneePerS).toBeLessThanOrEqual(317);
      expect(next.kneePerS).toBeGreaterThan(317 / 1.07);
    }
  });

  it("comes within 7 % of the knee of a noisy target in 95 of 100 searches", () => {
    let near = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const chance = new Random(seed);
      const { next } = search((ratePerS) => noisyAnswer(ratePerS, 317, chance));
      if (next.kind === "found" && Math.abs(next.kneePerS / 317 - 1) <= 0.07) near++;
    }
    expect(near).toBeGreaterThanOrEqual(190);
  });
});

/** Late answers as near a full queue: few up to the knee, then quickly all; the knee of a moment moves by 2 %. */
function noisyAnswer(ratePerS: number, kneePerS: number, chance: Random): ProbeAnswer {
  const now = kneePerS * (1 + 0.02 * gaussian(chance));
  const lateRatio = 1 / (1 + Math.exp(-(ratePerS / now - 1.08) * 80));
  const of = requestsToProve(0.01) * 2;
  let missed = 0;
  for (let request = 0; request < of; request++) if (chance.next() < lateRatio) missed++;
  return answerOf({ late: { of, missed }, errors: { of, missed: 0 } }, { p99Ms: 250, errorRatio: 0.001 });
}

const gaussian = (chance: Random): number =>
  Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
