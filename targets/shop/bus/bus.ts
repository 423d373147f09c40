/** The bus: takes a call as text, finds who answers it, converts it, asks, and converts the answer. */
import { type CallTime, whyOver } from "./call-time.ts";
import { bytesOf, NotTheMessage, textOf } from "./conversion.ts";
import { type NotAnswered, undone } from "./grpc-status.ts";
import type { Lane } from "./lane.ts";
import type { ServiceMembers } from "./members.ts";
import type { BusRoute, Routes } from "./routes.ts";
import { notReached } from "./service-link.ts";

export interface BusParts {
  readonly routes: Routes;
  /** By full name of the service; one that is not here cannot be reached. */
  readonly members: ReadonlyMap<string, ServiceMembers>;
  laneOf(service: string): Lane;
  /** Told after every call that found a route. */
  observe(seen: SeenCall): void;
  nowMs(): number;
}

export interface SeenCall {
  readonly route: BusRoute;
  readonly status: NotAnswered["status"] | "OK";
  /** Whether it is known that nothing was done, by the word of the bus itself. */
  readonly isRefused: boolean;
  readonly ms: number;
  /** Of these, waiting in line. */
  readonly waitedMs: number;
  /** Of these, in which the bus did nothing else than convert. */
  readonly convertedMs: number;
}

export interface BusCall {
  readonly path: string;
  /** JSON. */
  readonly text: string;
  readonly time: CallTime;
  /** Who calls, when it says so: services are told, or all callers would be the bus for them. */
  readonly caller?: string;
  /** Every message of the answer, as JSON in one line. No more come while the promise it gives is open. */
  onText(text: string): Promise<void> | undefined;
}

export class Bus {
  readonly #parts: BusParts;

  constructor(parts: BusParts) {
    this.#parts = parts;
  }

  /** Whether what is called there answers with any number of messages. */
  isStream(path: string): boolean {
    return this.#parts.routes.byPath.get(path)?.isStream ?? false;
  }

  /** Undefined when the service has answered. Everything the bus itself refuses says that nothing was done. */
  async carry(call: BusCall): Promise<NotAnswered | undefined> {
    const { routes, members, observe, nowMs } = this.#parts;
    const route = routes.byPath.get(call.path);
    if (route === undefined) return refused("UNIMPLEMENTED", `there is no ${call.path} to call over the bus`);
    const here = members.get(route.service);
    if (here === undefined) return notReached(`nobody has told the bus where ${route.service} is`);
    const startedAtMs = nowMs();
    const trip = new Trip(route, call, this.#parts);
    const told = await trip.make(here);
    observe({
      route,
      status: told?.status ?? "OK",
      isRefused: !trip.hasLeft,
      ms: nowMs() - startedAtMs,
      waitedMs: trip.waitedMs,
      convertedMs: trip.convertedMs,
    });
    return told;
  }
}

/** One call on its way. */
class Trip {
  readonly #route: BusRoute;
  readonly #call: BusCall;
  readonly #parts: BusParts;
  /** Whether a service may have seen it. */
  hasLeft = false;
  waitedMs = 0;
  convertedMs = 0;

  constructor(route: BusRoute, call: BusCall, parts: BusParts) {
    this.#route = route;
    this.#call = call;
    this.#parts = parts;
  }

  async make(members: ServiceMembers): Promise<NotAnswered | undefined> {
    const { laneOf, nowMs, routes } = this.#parts;
    const { method, service } = this.#route;
    const { time } = this.#call;
    let message: Uint8Array;
    try {
      message = this.#converting(() => bytesOf(method.input, this.#call.text, routes.registry));
    } catch (error) {
      if (error instanceof NotTheMessage) return refused("INVALID_ARGUMENT", error.message);
      throw error;
    }
    const lane = laneOf(service);
    const cameAtMs = nowMs();
    const entry = await lane.enter(time.signal);
    this.waitedMs = nowMs() - cameAtMs;
    switch (entry.status) {
      case "full":
        return refused("RESOURCE_EXHAUSTED", `${lane.waiting} calls wait for the bus already`, "full");
      case "late":
        return refused("DEADLINE_EXCEEDED", `the bus had no turn for it within its time`, "full");
      case "gone":
        return refused("CANCELLED", "the caller has left");
      case "entered":
        break;
      default:
        return entry satisfies never;
    }
    try {
      const link = await members.pick(time);
      if (time.signal.aborted || time.leftMs < 1) {
        return whyOver(time.signal) === "late"
          ? refused("DEADLINE_EXCEEDED", `its time was over before ${service} was asked`, "unreachable")
          : refused("CANCELLED", "the caller has left");
      }
      if (link === undefined) return notReached(`no member of ${service} can be reached`);
      this.hasLeft = true;
      return await this.#ask(link, message);
    } finally {
      entry.leave();
    }
  }

  async #ask(link: ServiceMembers["links"][number], message: Uint8Array): Promise<NotAnswered | undefined> {
    const { path, method, isStream } = this.#route;
    const { registry } = this.#parts.routes;
    let messages = 0;
    let only = "";
    const told = await link.call({
      ...{ path, message, time: this.#call.time, caller: this.#call.caller },
      onMessage: (bytes) => {
        messages++;
        const text = this.#converting(() => textOf(method.output, bytes, registry));
        if (isStream) return this.#call.onText(text);
        only = text;
        return undefined;
      },
    });
    if (told !== undefined || isStream) return told;
    // It has answered, so it has done something; what, nobody can say.
    if (messages !== 1)
      return { status: "INTERNAL", message: `${path} was answered with ${messages} messages`, metadata: {} };
    await this.#call.onText(only);
    return undefined;
  }

  #converting<T>(work: () => T): T {
    const startedAtMs = this.#parts.nowMs();
    try {
      return work();
    } finally {
      this.convertedMs += this.#parts.nowMs() - startedAtMs;
    }
  }
}

function refused(
  status: NotAnswered["status"],
  message: string,
  reason: "full" | "unreachable" | "undone" = "undone",
): NotAnswered {
  return { status, message, metadata: undone(reason) };
}
