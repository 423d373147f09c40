/** How a member is started: the recipe of its program, with what every recipe needs laid out. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Member } from "./members.ts";
import { programs } from "./programs/catalog.ts";
import type { Kitchen, Recipe } from "./programs/program-kind.ts";

const loopback = "127.0.0.1";

/** Writes the configuration of `member` for `port` and says how to start it; a second call may name another port. */
export function recipe(member: Member, port: number, kitchen: Kitchen): Promise<Recipe> {
  const { folder, temporary, members, addressOf } = kitchen;
  const ownAddress = member.ownAddress ?? loopback;
  const called = member.calls.map((name) => members.find((each) => each.name === name)!);
  return programs[member.component].recipe({
    member,
    port,
    host: kitchen.host ?? ownAddress,
    reachedAt: ownAddress,
    kitchen,
    called,
    backends: called.map(({ name, cpuMillicores, settings: { areas } }) => ({
      name,
      cpuMillicores,
      address: addressOf(name),
      ...(areas && { areas }),
    })),
    own: join(temporary, member.name),
    base: { name: member.name, cwd: temporary, politely: "SIGTERM" },
    async write(text, extension = "conf") {
      const path = join(folder, `${member.name}.${extension}`);
      await writeFile(path, text);
      return path;
    },
  });
}

/** What a node says when somebody else took its port between our looking and its listening. */
export const lostThePort = (lines: readonly string[]) =>
  lines.some((line) => /address (is )?already in use|EADDRINUSE|cannot bind socket/i.test(line));
