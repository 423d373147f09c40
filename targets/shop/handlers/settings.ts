/** The settings that all nodes share, as this node knows them, and their change. Every application answers for itself. */

import { parseSettings } from "../config-centre/settings.ts";
import { CentreGone, ChangedMeanwhile, type SettingsCentre } from "../config-centre/settings-centre.ts";
import { type Answer, busy, json } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import { BadRequest } from "../http/call.ts";
import type { Route } from "../http/door.ts";

/** `operations` are the names of all there are, in any application: others cannot be switched off. */
export function settingsRoutes(centre: SettingsCentre, operations: ReadonlySet<string>): readonly Route[] {
  const own = { path: "/admin/settings", name: "settings", isShed: false } as const;
  return [
    { ...own, method: "GET", handle: () => shown(centre) },
    { ...own, method: "POST", handle: (call) => change(centre, operations, call) },
  ];
}

function shown(centre: SettingsCentre): Answer {
  const { inForce, source, isConnected } = centre;
  return json(200, { ...inForce, source: source ?? "none", isConnected });
}

/** The whole of the settings at once; `version` is the one that the caller has seen. */
async function change(centre: SettingsCentre, operations: ReadonlySet<string>, call: Call): Promise<Answer> {
  const version = call.whole("version", 0);
  call.check();
  let settings: ReturnType<typeof parseSettings>;
  try {
    settings = parseSettings(call.value("settings"));
  } catch (error) {
    throw new BadRequest((error as Error).message.split("\n"));
  }
  const strangers = settings.switchedOff.filter((name) => !operations.has(name));
  if (strangers.length > 0) throw new BadRequest(strangers.map((name) => `there is no operation "${name}"`));
  try {
    return json(200, { status: "ok", version: await centre.change(settings, version) });
  } catch (error) {
    if (error instanceof CentreGone) return busy;
    if (error instanceof ChangedMeanwhile) return json(409, { status: "changed-meanwhile" });
    throw error;
  }
}
