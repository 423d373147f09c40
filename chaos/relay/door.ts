/** Where the relay listens for one edge, and whom it lets through to where. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { Ports } from "../../targets/launch/ports.ts";
import type { Edge } from "../fault.ts";
import { Link, type LinkEffects } from "./link.ts";
import { nameOf } from "./relay-control.ts";

export interface DoorParts {
  readonly edge: Edge;
  /** host:port */
  readonly upstream: string;
  readonly host: string;
  readonly clock: Clock;
  readonly ports?: Pick<Ports, "next">;
  /** Counted over the whole relay. */
  nextNumber(): number;
  effectsOn(connection: string, edge: string): LinkEffects;
  /** The callee of this edge did not take a connection. */
  dialRefused(edge: string): void;
}

/** Why nobody is let in: a fault, or because there is nobody behind it. */
type Shut = "refuse" | "nobody";

/** How often it is looked whether a callee that was gone is there again. */
const LOOK_EVERY_MS = 100;
const LOOK_LIMIT_MS = 1_000;
const BACKLOG = 511;

export class Door {
  readonly edge: Edge;
  readonly name: string;
  readonly links = new Set<Link>();
  readonly #parts: DoorParts;
  readonly #home: string;
  #upstream: string;
  #port = 0;
  #ever = 0;
  readonly #shut = new Set<Shut>();
  #server: Server | undefined;
  /** Opening and closing, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #cancelLook: (() => void) | undefined;
  #isClosed = false;
  #isDoubting = false;

  private constructor(parts: DoorParts) {
    this.#parts = parts;
    this.edge = parts.edge;
    this.name = nameOf(parts.edge);
    this.#home = parts.upstream;
    this.#upstream = parts.upstream;
  }

  /** @throws when there is no port to listen on */
  static async open(parts: DoorParts): Promise<Door> {
    const door = new Door(parts);
    const ports = parts.ports ?? new Ports();
    for (let isLast = false; ; isLast = true) {
      door.#port = await ports.next([parts.host]);
      try {
        door.#server = await door.#listening();
        return door;
      } catch (error) {
        // Somebody else took it between our looking and our listening; twice is something else.
        if (isLast || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      }
    }
  }

  /** host:port */
  get address(): string {
    return `${this.#parts.host}:${this.#port}`;
  }

  get ever(): number {
    return this.#ever;
  }

  /** New connections lead there, or to where they led at first. */
  redirect(upstream = this.#home): void {
    this.#upstream = upstream;
    this.#nobody(false);
  }

  /** Whether a fault refuses whoever comes. */
  refuse(isRefusing: boolean): void {
    this.#settle("refuse", isRefusing);
  }

  /** Resolves when it is as it was told to be last. */
  settled(): Promise<void> {
    return this.#turn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook?.();
    for (const link of this.links) link.reset();
    await this.#change();
  }

  /** A callee that is gone refuses; a door that stayed open would take connections in its place. */
  #nobody(isGone: boolean): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    this.#settle("nobody", isGone);
    if (isGone && !this.#isClosed)
      this.#cancelLook = this.#parts.clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  /**
   * An address that nobody has any more, as of a container that is down, swallows what is sent to it for as long as the
   * kernel remembers who had it (up to 45 s: base_reachable_time, by half more or less). On loopback somebody always
   * answers, or his queue is full, and then callers wait.
   */
  #doubt(): void {
    if (this.#isDoubting || this.#isClosed || placeOf(this.#upstream).host.startsWith("127.")) return;
    this.#isDoubting = true;
    void this.#look().finally(() => {
      this.#isDoubting = false;
    });
  }

  async #look(): Promise<void> {
    const wanted = this.#upstream;
    const socket = connect({ ...placeOf(wanted), timeout: LOOK_LIMIT_MS });
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("timeout", () => resolve(false));
    });
    socket.destroy();
    if (!this.#isClosed && wanted === this.#upstream) this.#nobody(!isThere);
  }

  #settle(why: Shut, isShut: boolean): void {
    if (isShut === this.#shut.has(why)) return;
    if (isShut) this.#shut.add(why);
    else this.#shut.delete(why);
    void this.#change();
  }

  #change(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const mustListen = this.#shut.size === 0 && !this.#isClosed;
      if (mustListen === (this.#server !== undefined)) return;
      if (!mustListen) {
        // Those that are there live on: closing only ends the listening.
        this.#server?.close();
        this.#server = undefined;
        return;
      }
      try {
        this.#server = await this.#listening();
      } catch {
        // Its port is taken for the moment; once more, for callers know no other.
        this.#parts.clock.after(LOOK_EVERY_MS, () => void this.#change());
      }
    });
    return this.#turn;
  }

  async #listening(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (caller) =>
      this.#letIn(caller),
    );
    server.listen({ host: this.#parts.host, port: this.#port, backlog: BACKLOG, exclusive: true });
    await once(server, "listening");
    // A connection that cannot be taken, for want of files, is the caller's to notice.
    server.on("error", () => {});
    return server;
  }

  #letIn(caller: Socket): void {
    const { clock, nextNumber, effectsOn } = this.#parts;
    const name = `${this.name}#${++this.#ever}`;
    const link = new Link({
      ...{ number: nextNumber(), name, caller, clock },
      upstream: () => placeOf(this.#upstream),
      onDialFailed: (code) => {
        this.#parts.dialRefused(this.name);
        if (isAbsence(code)) this.#nobody(true);
      },
      onDialSlow: () => this.#doubt(),
      onClosed: (closed) => void this.links.delete(closed),
    });
    this.links.add(link);
    link.start(effectsOn(name, this.name));
  }
}

/** Nobody listens there; or nobody has that address, as where a container is down. */
const isAbsence = (code: string): boolean => code === "ECONNREFUSED" || code === "EHOSTUNREACH";

function placeOf(address: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port) };
}
