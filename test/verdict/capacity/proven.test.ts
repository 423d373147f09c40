import { describe, expect, it } from "vitest";
import { proven, requestsToProve, shareBounds } from "../../../verdict/capacity/proven.ts";

describe("a share of requests", () => {
  it("has the bounds of the score interval, by the textbook", () => {
    // Wilson's interval with z = 1.645 for 10 of 100: (0.1 + z²/200 ± z·sqrt(0.09/100 + z²/40000)) / (1 + z²/100).
    const { low, high } = shareBounds({ of: 100, missed: 10 });
    expect(low).toBeCloseTo(0.0608, 3);
    expect(high).toBeCloseTo(0.1603, 3);
  });

  it("is not proven within a limit by a handful of good answers, and is by enough of them", () => {
    const enough = requestsToProve(0.01);
    expect(enough).toBe(268);
    expect(proven({ of: enough, missed: 0 }, 0.01)).toBe("within");
    expect(proven({ of: enough - 1, missed: 0 }, 0.01)).toBe("open");
  });

  it("is beyond only when chance cannot have made it", () => {
    expect(proven({ of: 100, missed: 2 }, 0.01)).toBe("open");
    expect(proven({ of: 1_000, missed: 20 }, 0.01)).toBe("beyond");
  });

  it("says nothing of nothing", () => expect(proven({ of: 0, missed: 0 }, 0.01)).toBe("open"));
});
