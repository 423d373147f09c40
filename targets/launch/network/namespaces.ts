/**
 * A network of its own for every node: namespaces that live as long as a process that holds them, joined by bridges in
 * one more namespace. When the holders end the kernel removes all of it, the way in from outside included.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../../base/clock.ts";
import { Failure } from "../../../base/failure.ts";
import type { OwnNetwork } from "../../running-target.ts";
import type { WardedProcess, Wards } from "../launcher.ts";
import type { Member } from "../members.ts";
import { NodeProcess, type Program } from "../node-process.ts";
import type { NetworkTools } from "./here.ts";
import {
  coreWords,
  deadEndWords,
  doorWords,
  type NetworkPlan,
  networkPlan,
  nodeWords,
  type Virtual,
} from "./network-plan.ts";

export interface NamespacesOptions {
  readonly members: readonly Member[];
  readonly tools: NetworkTools;
  readonly wards: Wards;
  /** For the holders' own output. */
  readonly logPath: string;
}

/** Second numbers of addresses to choose from: 10.64 to 10.127, where fewer machines have a network than below. */
const FIRST_BLOCK = 64;
const BLOCKS = 64;
const TRIES = 10;
const HELD_WITHIN_MS = 2_000;

export class Namespaces {
  readonly tools: NetworkTools;
  readonly #plan: NetworkPlan;
  readonly #core: NodeProcess;
  readonly #deadEnd: NodeProcess;
  readonly #holders: ReadonlyMap<string, NodeProcess>;

  private constructor(
    tools: NetworkTools,
    plan: NetworkPlan,
    { core, deadEnd }: Ends,
    holders: ReadonlyMap<string, NodeProcess>,
  ) {
    this.tools = tools;
    this.#plan = plan;
    this.#core = core;
    this.#deadEnd = deadEnd;
    this.#holders = holders;
  }

  /**
   * Makes all of it; the wards know the holders, and with them all there is to remove.
   * @throws {Failure} `environment` when the machine does not let us
   */
  static async open(options: NamespacesOptions, signal: AbortSignal): Promise<Namespaces> {
    const { members, tools } = options;
    const core = hold("network", options);
    const deadEnd = hold("network after its end", options);
    const holders = new Map(members.map(({ name }) => [name, hold(`network of ${name}`, options)]));
    await Promise.all([core, deadEnd, ...holders.values()].map((holder) => untilHeld(holder, signal)));
    const plan = await openDoor(options, { core, deadEnd }, signal);
    const made = new Namespaces(tools, plan, { core, deadEnd }, holders);
    await made.#ip(deadEnd, deadEndWords(plan));
    await made.#allow(deadEnd);
    await made.#ip(
      core,
      coreWords(plan, (node) => holders.get(node)!.pid),
    );
    await made.#allow(core);
    await Promise.all(members.map(({ name }) => made.#furnish(name)));
    return made;
  }

  /** The same members, each with its address. */
  placed(members: readonly Member[]): readonly Member[] {
    return members.map((member) => ({ ...member, ownAddress: this.#nodeOf(member.name).address }));
  }

  /** The address that moves between a member and its like; undefined for most. */
  virtualOf(name: string): Virtual | undefined {
    return this.#nodeOf(name).virtual;
  }

  /** The program, started in the network of its node. */
  inside(program: Program): Program {
    const { user, command, args, ...rest } = program;
    const as = user === undefined ? [] : ["--setgid", `${user.gid}`, "--setuid", `${user.uid}`];
    return {
      ...rest,
      command: this.tools.nsenter,
      args: [this.#enter(this.#holders.get(program.name)!), ...as, "--", command, ...args],
    };
  }

  /**
   * Takes a layer-4 node off the net, as a power cut does: its kernel would else go on to forward, and to answer for the
   * address that another has taken over. Does nothing to other nodes, which without their processes do nothing either.
   */
  async cut(name: string): Promise<void> {
    const { component, link, address } = this.#nodeOf(name);
    if (component !== "keepalived") return;
    // Whoever comes from outside is told at once, as by a router that sees the port go dark.
    await this.#ip(this.#core, `link set ${link} down\nroute replace unreachable ${address}\n`);
  }

  /** Undoes `cut`; what the node had taken over is forgotten, as after a start of the machine. */
  async mend(name: string): Promise<void> {
    const { component, link, address } = this.#nodeOf(name);
    if (component !== "keepalived") return;
    await this.#furnish(name);
    await this.#ip(this.#core, `route del unreachable ${address}\nlink set ${link} up\n`);
  }

  /** Our own address on the way in, at which every node reaches us. */
  get outside(): string {
    return this.#plan.doorAddress;
  }

  /** Where the network of a node is to be found; undefined when there is none of that name. */
  networkOf(name: string): OwnNetwork | undefined {
    const holder = this.#holders.get(name);
    if (holder === undefined) return undefined;
    return { holder: holder.ward, core: this.#core.ward, link: this.#nodeOf(name).link };
  }

  /** Those who must end for the networks to go. */
  get holders(): readonly WardedProcess[] {
    return [this.#core, ...this.#holders.values(), this.#deadEnd].map(({ ward }) => ward);
  }

  /** The holders may go on without us. */
  release(): void {
    for (const holder of [this.#core, ...this.#holders.values(), this.#deadEnd]) holder.release();
  }

  async #furnish(name: string): Promise<void> {
    const holder = this.#holders.get(name)!;
    await this.#ip(holder, nodeWords(this.#nodeOf(name)));
    if (this.#nodeOf(name).component === "keepalived") await this.#allow(holder);
  }

  /** Lets a namespace forward what is not for itself. */
  #allow(holder: NodeProcess): Promise<void> {
    const script = "echo 1 > /proc/sys/net/ipv4/ip_forward";
    return run(this.tools.nsenter, [this.#enter(holder), "sh", "-c", script], "");
  }

  #ip(holder: NodeProcess, words: string): Promise<void> {
    return run(this.tools.nsenter, [this.#enter(holder), this.tools.ip, "-batch", "-"], words);
  }

  #enter(holder: NodeProcess): string {
    return `--net=/proc/${holder.pid}/ns/net`;
  }

  #nodeOf(name: string) {
    return this.#plan.nodes.find((node) => node.name === name)!;
  }
}

/** Where the way in ends: the core, and what is there when the core is not. */
interface Ends {
  readonly core: NodeProcess;
  readonly deadEnd: NodeProcess;
}

function hold(name: string, { tools, wards, logPath }: NamespacesOptions): NodeProcess {
  const program: Program = {
    ...{ name, command: tools.unshare, args: ["--net", "sleep", "infinity"] },
    ...{ cwd: "/", politely: "SIGTERM" },
  };
  return NodeProcess.start(program, logPath, wards);
}

/** A holder has its own namespace a moment after it was started; before, it would be ours that we change. */
async function untilHeld(holder: NodeProcess, signal: AbortSignal): Promise<void> {
  const ours = readlinkSync("/proc/self/ns/net");
  const limitMs = Date.now() + HELD_WITHIN_MS;
  for (;;) {
    const [shell, namespace] = [programOf(holder.pid), namespaceOf(holder.pid)];
    if (shell === "sleep" && namespace !== undefined && namespace !== ours) return;
    if (Date.now() > limitMs || holder.ending !== undefined) {
      throw new Failure("environment", `${holder.name} could not be made within ${HELD_WITHIN_MS} ms`, {
        hint: `it said: ${holder.lastLines(3).join(" ") || "nothing"}; --network loopback does without`,
      });
    }
    await sleep(5, signal);
  }
}

/** The way in; its name and addresses are taken by another target when they cannot be made, and then others are tried. */
async function openDoor(
  { members, tools }: NamespacesOptions,
  { core, deadEnd }: Ends,
  signal: AbortSignal,
): Promise<NetworkPlan> {
  let last: unknown;
  for (let tried = 0; tried < TRIES; tried++) {
    signal.throwIfAborted();
    const block = FIRST_BLOCK + randomInt(BLOCKS);
    if (isRouted(block)) continue;
    const plan = networkPlan(members, block);
    try {
      await run(tools.ip, ["-batch", "-"], doorWords(plan, { core: core.pid, deadEnd: deadEnd.pid }));
      return plan;
    } catch (error) {
      last = error;
    }
  }
  throw new Failure("environment", `no way into the target's network could be made in ${TRIES} tries`, {
    hint: "`ip route` shows which of 10.64.0.0 to 10.127.0.0 are taken; --network loopback does without",
    cause: last,
  });
}

/** Whether this machine knows a way to 10.<block> already. Destinations stand there as hexadecimal, last byte first. */
function isRouted(block: number): boolean {
  const ending = `${block.toString(16).padStart(2, "0")}0a`.toUpperCase();
  const routes = readFileSync("/proc/net/route", "utf8").split("\n").slice(1);
  return routes.some((line) => line.split("\t")[1]?.endsWith(ending));
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(join("/proc", `${pid}`, "ns", "net"));
  } catch {
    return undefined;
  }
}

function programOf(pid: number): string | undefined {
  try {
    return readFileSync(join("/proc", `${pid}`, "comm"), "utf8").trim();
  } catch {
    return undefined;
  }
}

/** @throws {Failure} `environment` with what the command complained of */
function run(command: string, args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "ignore", "pipe"] });
    let complained = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve();
      reject(new Failure("environment", `${command} ended with ${code}: ${complained.trim()}`));
    });
    child.stdin.on("error", () => {}); // It ended before it had read everything: its code says so.
    child.stdin.end(input);
  });
}
