/** An agent that speaks the protocol over real gRPC but makes no load: it does what its script says. */
import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import {
  BenchServiceClient,
  type Interval,
  type JoinRequest,
  type JoinResponse,
} from "../../proto/generated/bench.ts";
import { buildDigest } from "../../proto/version.ts";

export interface AgentScript {
  readonly token?: string;
  readonly build?: string;
  readonly wantedIndex?: number;
  /** Added to our own monotonic clock when asked for it, milliseconds. */
  readonly clockOffsetMs?: number;
  /** Intervals sent between start and farewell. */
  readonly seconds?: number;
  /** What it does instead of saying farewell. */
  readonly instead?: "hang up" | "fall silent" | "complain";
}

export class ScriptedAgent {
  readonly heard: NonNullable<JoinResponse["say"]>[] = [];
  readonly #client: BenchServiceClient;
  readonly #stream: ClientDuplexStream<JoinRequest, JoinResponse>;
  readonly #script: AgentScript;
  readonly ended: Promise<void>;

  constructor(address: string, script: AgentScript) {
    this.#script = script;
    this.#client = new BenchServiceClient(address, credentials.createInsecure());
    this.#stream = this.#client.join();
    this.#stream.on("data", ({ say }: JoinResponse) => say !== undefined && this.#hear(say));
    this.ended = new Promise((resolve) => {
      this.#stream.on("end", resolve);
      this.#stream.on("error", () => resolve());
    });
    const { token = "", build = buildDigest(), wantedIndex = -1 } = script;
    this.#say({ $case: "hello", value: { token, build, wantedIndex, pid: 1, host: "here" } });
  }

  close(): void {
    this.#stream.cancel();
    this.#client.close();
  }

  #say(say: NonNullable<JoinRequest["say"]>): void {
    this.#stream.write({ say });
  }

  #hear(say: NonNullable<JoinResponse["say"]>): void {
    this.heard.push(say);
    const { clockOffsetMs = 0, seconds = 1, instead } = this.#script;
    if (say.$case === "clock") {
      this.#say({ $case: "clock", value: { id: say.value.id, agentMs: performance.now() + clockOffsetMs } });
    } else if (say.$case === "assignment") {
      if (instead === "complain")
        this.#say({ $case: "trouble", value: { sentence: "no such scenario", hint: "update me" } });
      else this.#say({ $case: "ready", value: { drive: say.value.drive } });
    } else if (say.$case === "start") {
      for (let second = 0; second < seconds; second++)
        this.#say({ $case: "interval", value: emptyInterval(say.value.drive, second) });
      if (instead === "hang up") this.close();
      else if (instead !== "fall silent") this.#farewell(say.value.drive, "done");
    } else if (say.$case === "stop") {
      this.#farewell(say.value.drive, say.value.because);
    }
  }

  #farewell(drive: number, because: string): void {
    this.#say({
      $case: "farewell",
      value: { drive, intervals: this.#script.seconds ?? 1, cutShort: 0, because },
    });
  }
}

function emptyInterval(drive: number, second: number): Interval {
  const none = Buffer.alloc(0);
  return {
    drive,
    second,
    phase: "open",
    planned: 3,
    fired: 3,
    completed: 3,
    failed: 0,
    dropped: 0,
    inFlight: 0,
    waiting: 0,
    latencies: [],
    slip: none,
    connectionWait: none,
    eventLoopDelay: none,
    cpuRatio: 0.1,
    spunMs: 0,
    gcMs: 0,
    gcLongestMs: 0,
    stalledMs: 0,
    throttling: undefined,
    accepted: [],
    rejected: [],
    indeterminate: [],
    neverSent: [],
    looks: [],
    tenths: [],
  };
}
