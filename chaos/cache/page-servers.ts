/** Which nodes faults of the page cache are about: the Redis that keeps pages, and the shops that put them there. Pure. */
import type { Member } from "../../targets/launch/members.ts";
import type { Only, Outlook, PlannedFault } from "../fault.ts";

/** A Redis that keeps pages, and with them what else shops keep in it. */
export const pageServer: Only = {
  what: "a Redis that keeps pages",
  fits: ({ component, settings }) => component === "redis" && (settings.keeps ?? "pages") === "pages",
};

/** Names of the shops that keep their pages in it; of all shops when it is about the whole target. */
export function shopsOf({ nodes: [name] }: PlannedFault, { members }: Pick<Outlook, "members">): string[] {
  return members
    .filter(({ component, calls }) => component === "shop" && (name === undefined || calls.includes(name)))
    .map((member) => member.name);
}

/** Whether it shows items. */
export const showsItems = ({ component, settings }: Member): boolean =>
  component === "shop" && settings.areas?.includes("home") !== false;

/** Share in (0, 1] of `30%` or `100%`; undefined when it is none. */
export function wholeShareIn(word: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(word.trim());
  const share = Number(match?.[1]) / 100;
  return share > 0 && share <= 1 ? share : undefined;
}
