/** What a kind of node brings along: what is wrong with a declaration of it, and how it is started. */
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component, DataSize, NodeSettings, NodeSpec, TargetSpec } from "../../target.ts";
import type { Member } from "../members.ts";
import type { Namespaces } from "../network/namespaces.ts";
import type { Program } from "../node-process.ts";
import type { PostgresBinaries } from "../postgres-binaries.ts";
import type { Readiness } from "../ready.ts";
import type { Backend } from "../render-haproxy.ts";
import type { ShopProgram } from "../shop-program.ts";
import type { UnprivilegedUser } from "../unprivileged-user.ts";

export interface ProgramKind {
  /** The settings it knows; any other one is a problem. */
  readonly settings: readonly (keyof NodeSettings)[];
  /** What is wrong with this node of the target, as ends of sentences that begin with `node "x"`. Pure. */
  problems(spec: TargetSpec, name: string, node: NodeSpec<string>): readonly string[];
  /** Writes its configuration and says how to start it; called again with another port when that one was lost. */
  recipe(order: Order): Promise<Recipe>;
}

export interface Recipe {
  readonly program: Program;
  readonly readiness: Readiness;
}

/** One member to be started. */
export interface Order {
  readonly member: Member;
  readonly port: number;
  /** Address to listen on: loopback, or all of them where the node has a network of its own. */
  readonly host: string;
  /** Address at which we ourselves reach it. */
  readonly reachedAt: string;
  readonly kitchen: Kitchen;
  /** Every member it calls, all of them ready, in declared order. */
  readonly called: readonly Member[];
  readonly backends: readonly Backend[];
  /** A temporary folder of its own: data, pid files. Made when it is asked for by `ownFolder`. */
  readonly own: string;
  /** What all programs have in common. */
  readonly base: Pick<Program, "name" | "cwd" | "politely">;
  /** Keeps `text` as its configuration, and gives its path. */
  write(text: string, extension?: "conf" | "json"): Promise<string>;
}

/** What all recipes of one target need to know. */
export interface Kitchen {
  readonly members: readonly Member[];
  /** Paths of installed programs. */
  readonly commands: Readonly<Partial<Record<Component, string>>>;
  readonly postgres: PostgresBinaries | undefined;
  readonly shop: ShopProgram;
  /** How much of everything there is. */
  readonly data: DataSize;
  /** Kept after the run: configurations and logs. */
  readonly folder: string;
  /** Gone after the run: data, pid files. */
  readonly temporary: string;
  readonly user: UnprivilegedUser | undefined;
  /** Where nodes listen: loopback when absent. We ourselves reach every node at 127.0.0.1 in any case. */
  readonly host?: string;
  /** Where every node has a network of its own. */
  readonly network?: Pick<Namespaces, "tools" | "virtualOf"> | undefined;
  /** host:port at which other nodes reach a member. */
  addressOf(name: string): string;
}

/** Path of the installed program behind `component`. */
export function commandOf(component: Component, { commands }: Kitchen): string {
  const command = commands[component];
  if (command === undefined) throw new Error(`${component} was not looked for`);
  return command;
}

/** Makes the member's own temporary folder, owned by whom the program becomes. */
export async function ownFolder({ own, kitchen: { user } }: Order): Promise<string> {
  await mkdir(own, { recursive: true });
  if (user) await chown(own, user.uid, user.gid);
  return own;
}

/**
 * Keeps `text` as the configuration, and gives the path of a copy in the member's own folder: a program that reads it as
 * whom it runs may not come to where the first one is kept.
 */
export async function writeReadable(order: Order, fileName: string, text: string): Promise<string> {
  await order.write(text);
  const path = join(await ownFolder(order), fileName);
  await writeFile(path, text);
  return path;
}

/** What a balancer needs of its declaration. */
export function balancerProblems(node: NodeSpec<string>): readonly string[] {
  return (node.calls ?? []).length === 0 ? ["balances, and calls nobody"] : [];
}
