/** Every launcher of stages, by name. */
import type { LauncherName } from "../launchers.ts";
import { compose } from "./compose/compose.ts";
import { processes } from "./processes.ts";

export const launchers = { processes, compose } as const satisfies Readonly<Record<LauncherName, object>>;
