/** NATS with JetStream as the message queue between the acceptance of an order and the database. */
import { answersInfo } from "../probes.ts";
import { renderNats } from "../render-nats.ts";
import { commandOf, ownFolder, type ProgramKind, writeReadable } from "./program-kind.ts";

export const nats: ProgramKind = {
  settings: [],
  problems: (_spec, _name, { count = 1, zones = [""] }) =>
    count * zones.length > 1 ? ["is one NATS server; a cluster of several is not known here"] : [],
  async recipe(order) {
    const { member, port, host, reachedAt, kitchen, base } = order;
    const folder = await ownFolder(order);
    const config = await writeReadable(
      order,
      "nats.conf",
      renderNats({ name: member.name, port, host, folder }),
    );
    return {
      program: { ...base, command: commandOf("nats", kitchen), args: ["-c", config], user: kitchen.user },
      readiness: {
        does: "say that it has JetStream",
        limitMs: 10_000,
        probe: answersInfo(port, reachedAt),
      },
    };
  },
};
