/** Groonga as the search engine. Its index is built and fed by an indexer; until then it has none. */
import { answersOk } from "../probes.ts";
import { groongaArgs, renderGroonga } from "../render-groonga.ts";
import { commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const groonga: ProgramKind = {
  settings: [],
  problems: (_spec, _name, { count = 1 }) =>
    count > 1 ? ["is one search engine; an index split or copied over several is not known here"] : [],
  async recipe(order) {
    const { port, host, reachedAt, kitchen, base, write } = order;
    const config = { port, host, folder: await ownFolder(order) };
    await write(renderGroonga(config));
    const args = groongaArgs(commandOf("groonga", kitchen), config);
    return {
      program: { ...base, command: "/bin/sh", args, user: kitchen.user },
      readiness: {
        does: "answer status",
        limitMs: 10_000,
        probe: answersOk(`http://${reachedAt}:${port}/d/status`),
      },
    };
  },
};
