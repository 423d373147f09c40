/** Why nothing would wait in the queue of a target, so that whoever disturbs it would disturb nothing. */
import type { Outlook } from "./fault.ts";

/** One sentence each; what nobody has chosen is no problem yet. Pure. */
export function queueProblems({ sells, strategy }: Pick<Outlook, "sells" | "strategy">): readonly string[] {
  if (!sells)
    return ["only promises of a flash sale go through the queue, and nothing is on sale in this scenario"];
  if (strategy === undefined || strategy === "F9") return [];
  return [`by ${strategy} nothing goes through the queue; choose --strategy F9`];
}
