/** What a search makes of its probes, and in which order it wants them. No target, no agents. */
import { describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import {
  findKnee,
  type KneeFound,
  type KneePlan,
  type Means,
  type ProbeOrder,
} from "../../../controller/capacity/find-knee.ts";
import type { Loosened } from "../../../controller/capacity/more-cpu.ts";
import type { RunPlan } from "../../../controller/plan.ts";
import type { NodeSeen } from "../../../verdict/evidence.ts";
import { type ScriptedProbe, ScriptedProber } from "../../fakes/scripted-prober.ts";

const plan: KneePlan = {
  probe: (ratePerS) => ({ ratePerS }) as RunPlan,
  spanS: () => 3,
  search: {
    ...{ firstPerS: 100, growth: 2, resolutionRatio: 0.05, proofs: 3 },
    ...{ leastPerS: 1, mostPerS: 10_000, mostProbes: 40 },
  },
  curve: { shares: [0.1, 0.25, 0.5, 1.2], spanS: 3 },
  overloadS: 2,
};

const node = (name: string, tier: string, cpuUsedRatio: number): NodeSeen => ({
  ...{ name, tier, cpuUsedRatio, cpuBudgetMillicores: 200, throttledRatio: cpuUsedRatio },
});
const oneFull = [node("shop", "app", 0.97), node("db", "db", 0.4)];
const twoFull = [node("proxy", "proxy", 0.97), node("db", "db", 0.98), node("shop", "app", 0.5)];

const kneePerS = 317;
/** A target that carries 317/s, and what is otherwise. */
const target =
  (
    otherwise: (order: ProbeOrder, made: number) => ScriptedProbe | undefined = () => undefined,
    nodes = oneFull,
  ) =>
  (order: ProbeOrder, { length }: readonly unknown[]): ScriptedProbe => {
    const other = otherwise(order, length);
    if (other !== undefined) return other;
    return order.ratePerS <= kneePerS
      ? { answer: "good" }
      : { answer: "bad", nodes, completedPerS: kneePerS, late: { of: 1_000, missed: 600 } };
  };

interface Searched {
  readonly found: KneeFound;
  readonly noted: readonly KneeFound[];
  readonly prober: ScriptedProber;
  /** Of orders, in a row. */
  readonly aims: readonly string[];
}

async function searched(
  prober: ScriptedProber,
  changed: Partial<KneePlan> = {},
  means: Partial<Means> = {},
  noted: KneeFound[] = [],
): Promise<Searched> {
  const usual: Means = {
    ...{ prober, budgets: "cgroup-v2" },
    withMoreCpu: async (_, meanwhile) => ({ result: await meanwhile() }),
  };
  const found = await findKnee({ ...plan, ...changed }, { ...usual, ...means }, (so) => noted.push(so));
  return { found, noted, prober, aims: prober.orders.map(({ aim }) => aim) };
}

const afterProof = ["overload", "comeback", "curve", "relief"];
const isAfterProof = (aim: string) => afterProof.includes(aim);

describe("a target that is well", () => {
  test("is searched, proven, overloaded and let go again, and its curve is filled, in that order", async () => {
    const { found, aims } = await searched(new ScriptedProber(target()));
    expect(aims.filter((aim, at) => aim !== aims[at - 1])).toEqual([
      ...["rise", "again", "bisect", "again", "bisect", "again", "confirm", "overload", "comeback", "curve"],
    ]);
    expect(found).toMatchObject({ status: "found", saturated: { tier: "app", sureness: "sure" } });
    expect(found.knee?.ratePerS).toBeLessThanOrEqual(kneePerS);
    expect(found).not.toHaveProperty("cutShort");
  });

  test("comes back in one drive with its overload, from whose end the time is counted", async () => {
    const { found, prober } = await searched(
      new ScriptedProber(target(({ aim }) => (aim === "comeback" ? { answer: "bad" } : undefined))),
    );
    const knee = found.knee!.ratePerS;
    const { after, ratePerS, spanS } = prober.orders.find(({ aim }) => aim === "comeback")!;
    expect(after).toEqual({ ratePerS: Number((knee * 1.5).toPrecision(3)), spanS: 2 });
    expect(ratePerS).toBe(Number((knee * 0.75).toPrecision(3)));
    expect(spanS).toBe(6);
    expect(found.afterOverload).toMatchObject({ pauseS: 0, backAfterS: 0.5, watchedS: 6 });
  });

  test("of a sale the pause between the two is counted, for it cannot be left out", async () => {
    const { overloadS: _, ...ofSale } = plan;
    const prober = new ScriptedProber(
      target(({ aim }) => (aim === "comeback" ? { answer: "bad" } : undefined)),
    );
    const found = await findKnee(
      ofSale,
      { prober, budgets: "none", withMoreCpu: async () => ({}) },
      () => {},
    );
    expect(prober.orders.every(({ after }) => after === undefined)).toBe(true);
    expect(found.afterOverload).toMatchObject({ pauseS: 1.3, backAfterS: 1.8, watchedS: 6 });
  });

  test("what is known is told when the knee is proven, and again after all that follows", async () => {
    const { noted, found } = await searched(new ScriptedProber(target()));
    expect(noted.length).toBeGreaterThan(2);
    const [first] = noted;
    expect(first).toMatchObject({ status: "found", knee: found.knee });
    expect(first?.probes.some(({ aim }) => isAfterProof(aim))).toBe(false);
    expect(noted.at(-1)).toEqual(found);
  });
});

describe("books that do not agree", () => {
  test.each(["overload", "comeback", "curve", "relief"])(
    "in the probe of the %s are the answer",
    async (aim) => {
      const prober = new ScriptedProber(
        target(
          (order) => (order.aim === aim ? { answer: "broken", because: "sold 3 of 2" } : undefined),
          twoFull,
        ),
      );
      const { found, aims } = await searched(prober);
      expect(found).toMatchObject({ status: "broken", because: expect.stringContaining("sold 3 of 2") });
      expect(found).not.toHaveProperty("knee");
      expect(afterProof.indexOf(aims.at(-1) ?? "")).toBeLessThanOrEqual(afterProof.indexOf(aim));
    },
  );
});

describe("a search that refutes itself", () => {
  test.each(["overload", "curve"])(
    "goes on from the load of the %s, which was kept although less had been broken",
    async (kept) => {
      let isDisturbed = true;
      const { found, aims } = await searched(
        new ScriptedProber(
          target(({ aim, ratePerS }) => {
            if (aim === kept) isDisturbed = false;
            return isDisturbed && ratePerS > 180 ? { answer: "bad", nodes: oneFull } : undefined;
          }),
        ),
        // Not near what was probed already.
        { curve: { shares: [0.5, 1.3], spanS: 3 } },
      );
      expect(found).toMatchObject({ status: "found", saturated: { tier: "app" } });
      expect(found.because).toMatch(/was broken before .* was kept \((overload|curve)\).*went on/);
      expect(found.knee?.ratePerS).toBeLessThanOrEqual(kneePerS);
      expect(found.knee?.ratePerS).toBeGreaterThan(kneePerS / 1.07);
      const again = aims.slice(aims.lastIndexOf("confirm") + 1);
      expect(again.slice(0, 2)).toEqual(["overload", "comeback"]);
      expect(found).toHaveProperty("afterOverload");
    },
  );

  test.each(["overload", "curve"])(
    "is inconclusive when what was kept as %s is broken when it is asked again",
    async (kept) => {
      const { found, aims } = await searched(
        new ScriptedProber(target(({ aim }) => (aim === kept ? { answer: "good" } : undefined))),
      );
      expect(found).toMatchObject({
        status: "inconclusive",
        because: expect.stringContaining("something else"),
      });
      expect(found).not.toHaveProperty("knee");
      expect(isAfterProof(aims.at(-1) ?? "")).toBe(false);
    },
  );

  test("gives up on a machine that disturbs it time and again", async () => {
    let carriesPerS = 150;
    const { found, aims } = await searched(
      new ScriptedProber(({ aim, ratePerS }) => {
        if (aim === "overload") carriesPerS = ratePerS;
        return { answer: ratePerS <= carriesPerS ? "good" : "bad" };
      }),
    );
    expect(found).toMatchObject({
      status: "inconclusive",
      because: expect.stringContaining("something else"),
    });
    expect(aims.filter((aim) => aim === "overload")).toHaveLength(3);
    expect(aims.at(-1)).toBe("overload");
  });
});

describe("an instrument that is not well", () => {
  test("during the overload: it is made once more, and then nothing is told of it", async () => {
    const { found, aims } = await searched(
      new ScriptedProber(
        target(({ aim }) => (aim === "overload" ? { answer: "unsound", because: "late agents" } : undefined)),
      ),
    );
    expect(aims.filter((aim) => aim === "overload")).toHaveLength(2);
    expect(aims).not.toContain("comeback");
    expect(found).toMatchObject({ status: "found", overloadUnseen: "late agents" });
    expect(found).not.toHaveProperty("afterOverload");
    expect(aims.at(-1)).toBe("curve");
  });

  test("after it: overload and coming back are made once more, together", async () => {
    let sick = 1;
    const { found, prober } = await searched(
      new ScriptedProber(
        target(({ aim }) => (aim === "comeback" && sick-- > 0 ? { answer: "unsound" } : undefined)),
      ),
    );
    const comebacks = prober.orders.filter(({ aim }) => aim === "comeback");
    expect(comebacks.map(({ after }) => after?.spanS)).toEqual([2, 2]);
    expect(found.afterOverload?.backAfterS).toBe(0);
  });
});

describe("what ends a search", () => {
  const dead = new Failure("target", "shop-1 died without having been asked to: exit 137");

  test.each(["overload", "comeback", "curve"])("a node that dies in the %s leaves the knee", async (aim) => {
    const { found, noted, aims } = await searched(
      new ScriptedProber(target((order) => (order.aim === aim ? dead : undefined))),
    );
    expect(found).toMatchObject({ status: "found", cutShort: { kind: "target", because: dead.message } });
    expect(found.knee).toBeDefined();
    expect(noted.at(-1)).toEqual(found);
    expect(aims.at(-1)).toBe(aim);
  });

  test("an interruption is thrown, and what was known by then was told", async () => {
    const noted: KneeFound[] = [];
    const stopped = new Failure("interrupted", "Ctrl-C");
    const prober = new ScriptedProber(target(({ aim }) => (aim === "comeback" ? stopped : undefined)));
    await expect(searched(prober, {}, {}, noted)).rejects.toBe(stopped);
    expect(noted.at(-1)).toMatchObject({ status: "found" });
  });

  test("a bug is thrown, also after the proof", async () => {
    const bug = new TypeError("no such thing");
    const prober = new ScriptedProber(target(({ aim }) => (aim === "overload" ? bug : undefined)));
    await expect(searched(prober)).rejects.toBe(bug);
  });

  test("before the proof everything is, and nothing was told", async () => {
    const noted: KneeFound[] = [];
    const prober = new ScriptedProber(target(({ aim }) => (aim === "confirm" ? dead : undefined)));
    await expect(searched(prober, {}, {}, noted)).rejects.toBe(dead);
    expect(noted).toEqual([]);
  });

  test("without a knee there is nothing to overload", async () => {
    const { found, aims } = await searched(new ScriptedProber(() => ({ answer: "bad" })));
    expect(found.status).toBe("below-least");
    expect(aims.some(isAfterProof)).toBe(false);
  });
});

describe("rates nobody can drive", () => {
  const beyond =
    (mostPerS: number, leastPerS = 0): KneePlan["probe"] =>
    (ratePerS) => {
      if (ratePerS > mostPerS || ratePerS < leastPerS)
        throw new Failure("usage", "cannot be planned", { problems: [`${ratePerS}/s cannot be made`] });
      return { ratePerS } as RunPlan;
    };

  test("a knee at all our agents make is told without its overload", async () => {
    const search = { ...plan.search, mostPerS: 200 };
    const { found, aims } = await searched(new ScriptedProber(() => ({})), { search, probe: beyond(250) });
    expect(found).toMatchObject({ status: "beyond-most", knee: { ratePerS: 200 } });
    expect(found.overloadUnseen).toBe("300/s cannot be made");
    expect(aims).not.toContain("overload");
    expect(found).not.toHaveProperty("saturated");
  });

  test("a point of the curve with less than one arrival is left out", async () => {
    const { found, prober } = await searched(new ScriptedProber(target()), { probe: beyond(10_000, 60) });
    expect(found.status).toBe("found");
    expect(prober.orders.filter(({ ratePerS }) => ratePerS < 60)).toEqual([]);
  });
});

describe("which of two full tiers is the limit", () => {
  /** Told which tier has more while a probe is made. */
  function relieving(script: (tier: string, order: ProbeOrder) => ScriptedProbe | undefined) {
    let relieved: string | undefined;
    const prober = new ScriptedProber(
      target((order) => (relieved === undefined ? undefined : script(relieved, order)), twoFull),
    );
    const withMoreCpu = async <T>(tier: string, meanwhile: () => Promise<T>): Promise<Loosened<T>> => {
      relieved = tier;
      try {
        return { result: await meanwhile() };
      } finally {
        relieved = undefined;
      }
    };
    return { prober, withMoreCpu };
  }
  const carries = (completedPerS: number): ScriptedProbe => ({
    answer: "bad",
    nodes: twoFull,
    completedPerS,
  });

  test("is asked last, of each of them, at the rate of the overload", async () => {
    const { prober, withMoreCpu } = relieving((tier) => carries(tier === "proxy" ? 440 : 320));
    const { found } = await searched(prober, {}, { withMoreCpu });
    expect(prober.orders.slice(-2).map(({ aim }) => aim)).toEqual(["relief", "relief"]);
    expect(found.saturated).toMatchObject({ tier: "proxy", nodes: ["proxy"], sureness: "sure" });
    expect(found.reliefs?.map(({ tier }) => tier)).toEqual(["db", "proxy"]);
  });

  test("is only likely when another could not be tried, and that is told", async () => {
    const { prober, withMoreCpu } = relieving(() => carries(440));
    const { found } = await searched(
      prober,
      {},
      {
        withMoreCpu: async (tier, meanwhile) =>
          tier === "db" ? { trouble: "db has no CPU budget" } : withMoreCpu(tier, meanwhile),
      },
    );
    expect(found.saturated).toMatchObject({ tier: "proxy", sureness: "likely" });
    expect(found.saturated?.because).toContain("db has no CPU budget");
  });

  test("a budget that cannot be put back ends the reliefs, and not the search", async () => {
    const { prober, withMoreCpu } = relieving(() => carries(330));
    const { found, aims } = await searched(
      prober,
      {},
      {
        withMoreCpu: async (tier, meanwhile) => ({
          ...(await withMoreCpu(tier, meanwhile)),
          left: "the file is gone",
        }),
      },
    );
    expect(aims.filter((aim) => aim === "relief")).toHaveLength(1);
    expect(found.status).toBe("found");
    expect(found.reliefs?.[1]?.because).toContain("the file is gone");
    expect(found.saturated?.sureness).toBe("undecided");
  });

  test("is not asked where nobody holds budgets, for there is nothing to loosen and nobody is full", async () => {
    const { prober, withMoreCpu } = relieving(() => carries(440));
    const { found, aims } = await searched(prober, {}, { withMoreCpu, budgets: "none" });
    expect(aims).not.toContain("relief");
    expect(found.saturated).toMatchObject({ sureness: "undecided", nodes: [] });
    expect(found.saturated?.because).toContain("of a core");
  });
});
