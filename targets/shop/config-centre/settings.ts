/** What can be changed while the shop runs, for all its nodes at once: limits and feature toggles. */
import { z } from "zod";

const settings = z.strictObject({
  /** Requests in hand above which a node sheds; absent: as the node was told at its start. */
  inFlightLimit: z.number().int().positive().optional(),
  /** Operations that are switched off: they are answered "busy", and nothing is done. */
  switchedOff: z.array(z.string().regex(/^[a-z_]{1,40}$/, "must be the name of an operation")).default([]),
});

export type Settings = Readonly<z.infer<typeof settings>>;

/** Before anybody has changed anything. */
export const firstSettings: Settings = { switchedOff: [] };

/**
 * Settings out of a value from outside.
 * @throws {Error} with every problem, one per line
 */
export function parseSettings(value: unknown): Settings {
  const result = settings.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "settings"}: ${message}`,
  );
  throw new Error(problems.join("\n"));
}

/** Settings together with where they are from. */
export interface SettingsInForce {
  readonly settings: Settings;
  /** Counts the changes; 0 are the first. */
  readonly version: number;
}
