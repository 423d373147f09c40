/** What each stage writes and starts: every command line and configuration, compared with the one that was looked at last. */
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { targets } from "../../../targets/catalog.ts";
import { allComponents } from "../../../targets/launch/components.ts";
import { type Member, membersOf } from "../../../targets/launch/members.ts";
import type { Kitchen } from "../../../targets/launch/programs/program-kind.ts";
import { recipe } from "../../../targets/launch/recipe.ts";
import type { TargetSpec } from "../../../targets/target.ts";

test.each(targets)(
  "$id writes and starts what it did (else look, then: npx vitest run --project unit -u)",
  async (spec) => {
    const home = await mkdtemp(join(tmpdir(), "stagebench-rendering-"));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const kitchen = kitchenIn(home, spec);
    const told: string[] = [];
    for (const member of kitchen.members) told.push(await toldOf(member, kitchen));
    const text = told.join("\n").replaceAll(home, "");
    await expect(text).toMatchFileSnapshot(`rendered/${spec.id}.txt`);
  },
);

const firstPort = 20_001;

/** As on a machine where every program is installed, and nobody is root. */
function kitchenIn(home: string, spec: TargetSpec): Kitchen {
  const members = membersOf(spec);
  const portOf = (name: string) => firstPort + members.findIndex((member) => member.name === name);
  return {
    members,
    commands: Object.fromEntries(allComponents.map((component) => [component, `/usr/bin/${component}`])),
    postgres: {
      initdb: "/usr/lib/postgresql/bin/initdb",
      postgres: "/usr/lib/postgresql/bin/postgres",
      version: "18.4",
      major: 18,
      origin: "npm",
      folder: "/usr/lib/postgresql/bin",
    },
    data: spec.data,
    shop: { command: "/usr/bin/node", args: ["/stagebench/shop/main.js"] },
    folder: join(home, "run"),
    temporary: join(home, "temporary"),
    user: undefined,
    addressOf: (name) => `127.0.0.1:${portOf(name)}`,
  };
}

/** Its command line, every file written for it that a person would read, and the names of others. */
async function toldOf(member: Member, kitchen: Kitchen): Promise<string> {
  const own = join(kitchen.temporary, member.name);
  await mkdir(kitchen.folder, { recursive: true });
  // The data of a database is prepared before it is configured.
  await mkdir(own, { recursive: true });
  const port = Number(kitchen.addressOf(member.name).split(":")[1]);
  const before = new Set(await readdir(kitchen.folder));
  const { program, readiness } = await recipe(member, port, kitchen);
  const written = (await readdir(kitchen.folder)).filter((name) => !before.has(name)).toSorted();
  const lines = [
    `=== ${member.name}: ${member.component}, ${member.cpuMillicores} m, ready when it does ${readiness.does}`,
    `$ ${[program.command, ...program.args].join(" ")}`,
    ...(program.stdinPath === undefined ? [] : [`< ${program.stdinPath}`]),
  ];
  for (const name of written) {
    lines.push(`--- ${name}`, await readFile(join(kitchen.folder, name), "utf8"));
  }
  const others = (await readdir(own, { recursive: true })).toSorted();
  if (others.length > 0) lines.push(`--- in its own folder: ${others.join(", ")}`);
  return `${lines.join("\n")}\n`;
}
