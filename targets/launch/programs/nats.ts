/** NATS with JetStream as the message queue between the acceptance of an order and the database. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answersInfo } from "../probes.ts";
import { renderNats } from "../render-nats.ts";
import { commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const nats: ProgramKind = {
  settings: [],
  problems: (_spec, _name, { count = 1, zones = [""] }) =>
    count * zones.length > 1 ? ["is one NATS server; a cluster of several is not known here"] : [],
  async recipe(order) {
    const { member, port, host, reachedAt, kitchen, base, write } = order;
    const folder = await ownFolder(order);
    const config = renderNats({ name: member.name, port, host, folder });
    await write(config);
    // It reads it as whom it runs, who may not come to where the first one is kept.
    const readable = join(folder, "nats.conf");
    await writeFile(readable, config);
    return {
      program: { ...base, command: commandOf("nats", kitchen), args: ["-c", readable], user: kitchen.user },
      readiness: {
        does: "say that it has JetStream",
        limitMs: 10_000,
        probe: answersInfo(port, reachedAt),
      },
    };
  },
};
