/** Knot as the authoritative name server of the shop: whom it calls are the addresses it answers with. */
import { chown, writeFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { Failure } from "../../../base/failure.ts";
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { answersName } from "../probes.ts";
import { pidFileName, renderKnot, renderZone, shopName, usualTtlS, zoneFileName } from "../render-knot.ts";
import { commandOf, ownFolder, type ProgramKind, writeReadable } from "./program-kind.ts";

const configFileName = "knot.conf";

export const knot: ProgramKind = {
  settings: ["ttlS", "lookups"],
  problems: knotProblems,
  async recipe(order) {
    const { member, port, host, reachedAt, called, kitchen, base } = order;
    const folder = await ownFolder(order);
    const ways = called.map(({ name, zone }) => ({
      address: new URL(`tcp://${kitchen.addressOf(name)}`).hostname,
      zone,
    }));
    const named = ways.find(({ address }) => !isIPv4(address));
    if (named !== undefined) {
      throw new Failure(
        "environment",
        `${member.name} leads to addresses, and here ${named.address} is known by name only`,
        { hint: "the processes launcher gives every way in an address of its own" },
      );
    }
    const zonePath = join(folder, zoneFileName);
    await writeFile(zonePath, renderZone(ways, member.settings.ttlS ?? usualTtlS));
    if (kitchen.user) await chown(zonePath, kitchen.user.uid, kitchen.user.gid);
    // When it reads its zone again, it reads its configuration too, and as whom it runs.
    const text = renderKnot({ host, port, folder, user: kitchen.user });
    const config = await writeReadable(order, configFileName, text);
    // It does not start while the process in its pid file lives, and after a kill that may be anybody: itself, in a container.
    const start = ["-c", 'rm -f "$1"; shift; exec "$@"', "sh", join(folder, pidFileName)];
    return {
      program: { ...base, command: "/bin/sh", args: [...start, commandOf("knot", kitchen), "-c", config] },
      readiness: { does: `know ${shopName}`, limitMs: 10_000, probe: answersName(shopName, port, reachedAt) },
    };
  },
};

function knotProblems(spec: TargetSpec, _name: string, node: NodeSpec<string>): string[] {
  const { calls = [], count = 1, settings: { ttlS } = {} } = node;
  const problems: string[] = [];
  if (calls.length === 0) problems.push("is a name server, and leads nowhere");
  else if (!(calls.length === 1 && calls[0] === spec.entry)) {
    problems.push(
      `is a name server, and leads to ${calls.join(" and ")} instead of to the entry, ${spec.entry}`,
    );
  }
  if (count !== 1 || node.zones !== undefined) problems.push("is a name server, and there can be only one");
  if (ttlS !== undefined && !(Number.isInteger(ttlS) && ttlS >= 1)) {
    problems.push(`has answers that may be kept for ${ttlS} s; it must be 1 or more, whole`);
  }
  return problems;
}
