/** A member of the object store: the shop's own program in another role. */
import { join } from "node:path";
import { answersOk } from "../probes.ts";
import type { ProgramKind } from "./program-kind.ts";

export const objectStore: ProgramKind = {
  settings: [],
  problems: (_spec, _name, { calls = [] }) => (calls.length > 0 ? ["keeps objects, and calls nobody"] : []),
  async recipe({ member, port, host, reachedAt, kitchen, own, base, write }) {
    const config = {
      name: member.name,
      host,
      port,
      folder: join(own, "objects"),
      pictures: kitchen.data.items,
    };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "keep-objects", "--config", path] },
      readiness: {
        does: "answer /health with 200",
        // Started again it has no more than its budget: with a fortieth of a core a second of CPU is 40 s.
        limitMs: 60_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};
