/** The ways to bring a stage up, by name, and which of them a stage can take. Pure. */
import { unknownName } from "../base/failure.ts";
import type { TargetSpec } from "./target.ts";

export const launcherNames = ["processes", "compose"] as const;
export type LauncherName = (typeof launcherNames)[number];

/** The one that is taken when none is named. */
export function usualLauncher({ launchers = launcherNames }: Pick<TargetSpec, "launchers">): LauncherName {
  return launchers[0] ?? "processes";
}

/** Why the target cannot be brought up by the launcher of that name; undefined when it can, or none was named. */
export function launcherProblem(
  { id, launchers = launcherNames }: Pick<TargetSpec, "id" | "launchers">,
  word: string | undefined,
): string | undefined {
  if (word === undefined) return undefined;
  const name = launcherNames.find((each) => each === word);
  if (name === undefined) return unknownName("launcher", word, launcherNames);
  if (launchers.includes(name)) return undefined;
  return `${id} is about containers: it comes up with --launcher ${launchers.join(" or ")}, and not as ${name}`;
}
