/** Nothing of any fault is left. */
import type { Check } from "../check.ts";

export const faultUndone: Check = {
  name: "fault-undone",
  title: "every fault was taken back, and was seen to be gone",
  kind: "leaked",
  limits: {},
  judge: ({ faults = [] }) =>
    faults
      .filter(({ injectedAtS }) => injectedAtS !== undefined)
      .map(({ id, status, because, manual = [] }) => {
        const about = { check: "fault-undone", kind: "leaked", subject: id } as const;
        if (status !== "leaked") return { ...about, status: "upheld", because: `nothing of ${id} is left` };
        const todo = manual.length === 0 ? "" : `; take it back by hand: ${manual.join("; ")}`;
        return {
          ...about,
          status: "refuted",
          because: `${id} is still in place: ${because ?? "nobody knows why"}${todo}`,
        };
      }),
};
