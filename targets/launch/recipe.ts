/** How each kind of node is started: its configuration, its program, and how one sees that it is ready. */
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component } from "../target.ts";
import type { Member } from "./members.ts";
import type { Program } from "./node-process.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { configureData } from "./postgres-data.ts";
import { acceptsConnections, answersOk, answersPing, answersQueries, isStreaming } from "./probes.ts";
import type { Readiness } from "./ready.ts";
import { type Backend, renderHaproxy } from "./render-haproxy.ts";
import { renderNginx } from "./render-nginx.ts";
import { renderPostgres } from "./render-postgres.ts";
import { renderRedis } from "./render-redis.ts";
import { shopConfig, shopPoolMax } from "./render-shop.ts";
import type { ShopProgram } from "./shop-program.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

export interface Recipe {
  readonly program: Program;
  readonly readiness: Readiness;
}

/** What all recipes of one target need to know. */
export interface Kitchen {
  readonly members: readonly Member[];
  /** Paths of installed programs. */
  readonly commands: Readonly<Partial<Record<Component, string>>>;
  readonly postgres: PostgresBinaries | undefined;
  readonly shop: ShopProgram;
  /** Kept after the run: configurations and logs. */
  readonly folder: string;
  /** Gone after the run: data, pid files. */
  readonly temporary: string;
  readonly user: UnprivilegedUser | undefined;
  /** host:port of a member that is ready. */
  addressOf(name: string): string;
}

/** Writes the configuration of `member` for `port` and says how to start it; a second call may name another port. */
export async function recipe(member: Member, port: number, kitchen: Kitchen): Promise<Recipe> {
  const { folder, temporary, user, addressOf } = kitchen;
  const called = member.calls.map((name) => memberOf(name, kitchen));
  const backends: Backend[] = member.calls.map((name) => ({ name, address: addressOf(name) }));
  const own = join(temporary, member.name);
  const base = { name: member.name, cwd: temporary, politely: "SIGTERM" } as const;
  const write = async (text: string, extension: "conf" | "json" = "conf") => {
    const path = join(folder, `${member.name}.${extension}`);
    await writeFile(path, text);
    return path;
  };

  switch (member.component) {
    case "haproxy": {
      const config = await write(renderHaproxy({ port, backends, user }));
      return {
        program: { ...base, command: commandOf("haproxy", kitchen), args: ["-db", "-f", config] },
        readiness: { does: "accept connections", limitMs: 10_000, probe: acceptsConnections(port) },
      };
    }
    case "nginx": {
      await ownFolder(own, user);
      const config = await write(renderNginx({ port, backends, folder: own, user }));
      return {
        program: {
          ...base,
          command: commandOf("nginx", kitchen),
          args: ["-p", own, "-c", config],
        },
        readiness: { does: "accept connections", limitMs: 10_000, probe: acceptsConnections(port) },
      };
    }
    case "redis": {
      await ownFolder(own, user);
      const config = await write(renderRedis({ port, folder: own }));
      return {
        program: { ...base, command: commandOf("redis", kitchen), args: ["-"], stdinPath: config, user },
        readiness: { does: "answer PING", limitMs: 10_000, probe: answersPing(port) },
      };
    }
    case "postgres": {
      const { postgres, major } = kitchen.postgres!;
      const shops = kitchen.members.filter(({ component }) => component === "shop").length;
      const primary = member.replicaOf === undefined ? undefined : splitAddress(addressOf(member.replicaOf));
      const config = renderPostgres({
        port,
        major,
        // The audit, our own questions and PostgreSQL's reserve come on top of the pools.
        maxConnections: shops * shopPoolMax + 30,
        ...(primary && { standby: { ...primary, name: member.name } }),
      });
      await write(config);
      await configureData(own, config, primary !== undefined, user);
      return {
        program: { ...base, command: postgres, args: ["-D", own], politely: "SIGQUIT", user },
        readiness: primary
          ? { does: `stream from ${member.replicaOf}`, limitMs: 15_000, probe: isStreaming(port) }
          : { does: "accept connections", limitMs: 10_000, probe: answersQueries(port) },
      };
    }
    case "shop": {
      const config = await write(
        `${JSON.stringify(shopConfig(member, port, called, addressOf), null, 2)}\n`,
        "json",
      );
      const { command, args } = kitchen.shop;
      return {
        program: { ...base, command, args: [...args, "serve", "--config", config] },
        readiness: {
          does: "answer /health with 200",
          limitMs: 20_000,
          probe: answersOk(`http://127.0.0.1:${port}/health`),
        },
      };
    }
    default:
      return member.component satisfies never;
  }
}

/** What a node says when somebody else took its port between our looking and its listening. */
export const lostThePort = (lines: readonly string[]) =>
  lines.some((line) => /address (is )?already in use|EADDRINUSE|cannot bind socket/i.test(line));

async function ownFolder(path: string, user: UnprivilegedUser | undefined): Promise<void> {
  await mkdir(path, { recursive: true });
  if (user) await chown(path, user.uid, user.gid);
}

function commandOf(component: Component, { commands }: Kitchen): string {
  const command = commands[component];
  if (command === undefined) throw new Error(`${component} was not looked for`);
  return command;
}

function memberOf(name: string, { members }: Kitchen): Member {
  return members.find((member) => member.name === name)!;
}

function splitAddress(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port) };
}
