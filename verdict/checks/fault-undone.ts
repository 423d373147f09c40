/** Nothing of any fault is left. */
import type { Check } from "../check.ts";
import { stillInPlace } from "../telling/still-in-place.ts";

export const faultUndone: Check = {
  name: "fault-undone",
  title: "every fault was taken back, and was seen to be gone",
  kind: "leaked",
  limits: {},
  judge: ({ faults = [] }) =>
    faults
      // One that failed half-way may have left something as well.
      .filter(({ injectedAtS, status }) => injectedAtS !== undefined || status === "leaked")
      .map((fault) => {
        const { id, status, undoneAtS } = fault;
        const about = { check: "fault-undone", kind: "leaked", subject: id } as const;
        if (status === "leaked") return { ...about, status: "refuted", because: stillInPlace(fault) };
        const left =
          undoneAtS === undefined ? `what ${id} did goes with the target` : `nothing of ${id} is left`;
        return { ...about, status: "upheld", because: left };
      }),
};
