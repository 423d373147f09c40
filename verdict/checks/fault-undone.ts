/** Nothing of any fault is left. */
import type { Check } from "../check.ts";

export const faultUndone: Check = {
  name: "fault-undone",
  title: "every fault was taken back, and was seen to be gone",
  kind: "leaked",
  limits: {},
  judge: ({ faults = [] }) =>
    faults
      // One that failed half-way may have left something as well.
      .filter(({ injectedAtS, status }) => injectedAtS !== undefined || status === "leaked")
      .map(({ id, status, because, undoneAtS, manual = [] }) => {
        const about = { check: "fault-undone", kind: "leaked", subject: id } as const;
        if (status !== "leaked") {
          const left =
            undoneAtS === undefined ? `what ${id} did goes with the target` : `nothing of ${id} is left`;
          return { ...about, status: "upheld", because: left };
        }
        const todo = manual.length === 0 ? "" : `; take it back by hand: ${manual.join("; ")}`;
        return {
          ...about,
          status: "refuted",
          because: `${id} is still in place: ${because ?? "nobody knows why"}${todo}`,
        };
      }),
};
