/** Where agents dial in: one gRPC stream each, on loopback, with this run's token and the same build. */
import { timingSafeEqual } from "node:crypto";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { Failure } from "../base/failure.ts";
import { BenchServiceService, type JoinRequest, type JoinResponse } from "../proto/generated/bench.ts";
import { buildDigest } from "../proto/version.ts";

/** One agent's stream, after it was let in. */
export interface AgentLink {
  readonly index: number;
  readonly pid: number;
  readonly host: string;
  send(say: NonNullable<JoinResponse["say"]>): void;
  /** The one listener for everything the agent says; replaces the one before. */
  listen(listener: (say: NonNullable<JoinRequest["say"]>) => void): void;
  /** Called once when the stream ends, with the reason; at once when it ended already. */
  onGone(listener: (because: string) => void): void;
}

export interface FrontDoor extends AsyncDisposable {
  /** host:port to dial. */
  readonly address: string;
}

const helloLimitMs = 5_000;
/** An interval of 30 operations with dense histograms is about 450 kB; far below this. */
const messageLimitBytes = 64 << 20;

/**
 * Opens the door. `letIn` is called for every agent with a valid token, in the order they come.
 * @throws {Failure} `environment` when no loopback port can be had
 */
export async function openFrontDoor(options: {
  readonly token: string;
  readonly agents: number;
  letIn(link: AgentLink): void;
  refused(because: string): void;
}): Promise<FrontDoor> {
  const server = new Server({
    "grpc.max_receive_message_length": messageLimitBytes,
    // For machines that vanish without a word between drives; within one, the fleet hears silence sooner. Not shorter:
    // when our own loop stands still for a while, the timer comes before the answers that are waiting to be read.
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_timeout_ms": 10_000,
  });
  const taken = new Set<number>();
  server.addService(BenchServiceService, {
    join: (stream: ServerDuplexStream<JoinRequest, JoinResponse>) => receive(stream, options, taken),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else
        reject(
          new Failure("environment", `the controller found no loopback port: ${error.message}`, {
            cause: error,
          }),
        );
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}

function receive(
  stream: ServerDuplexStream<JoinRequest, JoinResponse>,
  options: Parameters<typeof openFrontDoor>[0],
  taken: Set<number>,
): void {
  let listener: ((say: NonNullable<JoinRequest["say"]>) => void) | undefined;
  let goneBecause: string | undefined;
  let whenGone: ((because: string) => void) | undefined;
  const gone = (because: string) => {
    if (goneBecause !== undefined) return;
    goneBecause = because;
    clearTimeout(limit);
    whenGone?.(because);
  };
  const refuse = (because: string) => {
    options.refused(because);
    stream.write({ say: { $case: "goodbye", value: { because } } });
    stream.end();
    gone(because);
  };
  const limit = setTimeout(() => refuse(`no hello within ${helloLimitMs} ms`), helloLimitMs);
  stream.on("error", (error) => gone(error.message));
  stream.on("end", () => {
    gone("the agent closed its stream");
    stream.end();
  });
  stream.on("cancelled", () => gone("the agent's stream was cut"));
  stream.on("data", ({ say }: JoinRequest) => {
    if (say === undefined || goneBecause !== undefined) return;
    if (listener !== undefined) return listener(say);
    if (say.$case !== "hello") return refuse(`expected a hello, got ${say.$case}`);
    clearTimeout(limit);
    const { token, build, wantedIndex, pid, host } = say.value;
    if (!sameSecret(token, options.token)) return refuse("wrong token");
    if (build !== buildDigest())
      return refuse(`agent is build ${build}, controller is build ${buildDigest()}`);
    const index = wantedIndex >= 0 && !taken.has(wantedIndex) ? wantedIndex : firstFree(taken);
    if (index >= options.agents) return refuse(`the fleet is complete with ${options.agents} agents`);
    taken.add(index);
    stream.write({ say: { $case: "welcome", value: { index } } });
    listener = () => {};
    options.letIn({
      index,
      pid,
      host,
      send: (answer) => void (goneBecause === undefined && stream.write({ say: answer })),
      listen: (next) => (listener = next),
      onGone: (next) => {
        whenGone = next;
        if (goneBecause !== undefined) next(goneBecause);
      },
    });
  });
}

function firstFree(taken: ReadonlySet<number>): number {
  let index = 0;
  while (taken.has(index)) index++;
  return index;
}

function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
