/** One member of a service over gRPC: nothing is sent before there is a connection, so that "not sent" is known for sure. */
import {
  type ChannelInterface,
  Client,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { NotDone } from "../data/not-done.ts";
import { callerKey } from "./caller-name.ts";
import { failureOf } from "./grpc-outcome.ts";
import type { MethodAt, ServiceMember } from "./service-member.ts";

const options = {
  // A proxy that the environment names for the outside world is not for our own nodes.
  "grpc.enable_http_proxy": 0,
  // We say what is repeated.
  "grpc.enable_retries": 0,
  "grpc.use_local_subchannel_pool": 1,
  // A member that comes back is found again soon; gRPC's own least is 1 s, growing to 120 s.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  // A link that was cut says nothing. Without this its calls would run into their deadlines for minutes.
  "grpc.keepalive_time_ms": 2_000,
  "grpc.keepalive_timeout_ms": 1_000,
} as const;

/** How long a connection may take: at least a round trip, and a turn of a process that has little CPU. */
const CONNECT_LIMIT_MS = 1_000;

export class GrpcMember implements ServiceMember {
  readonly address: string;
  readonly #client: Client;
  readonly #caller: string | undefined;
  #connecting: Promise<void> | undefined;

  /** `caller` is who calls, by name; absent: it is known by its address. */
  constructor(address: string, caller?: string) {
    this.address = address;
    this.#caller = caller;
    this.#client = new Client(address, credentials.createInsecure(), options);
  }

  async unary<Q, A>(method: MethodAt<Q, A>, request: Q, timeoutMs: number): Promise<A> {
    const deadline = Date.now() + timeoutMs;
    if (!this.#isConnected) await this.#connected(Math.min(timeoutMs, CONNECT_LIMIT_MS));
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: A) => {
        if (error) reject(failureOf(method.path, error));
        else resolve(answer as A);
      };
      const { path } = method;
      this.#client.makeUnaryRequest(
        path,
        writing(method),
        reading(method),
        request,
        this.#metadata,
        { deadline },
        done,
      );
    });
  }

  async *stream<Q, A>(method: MethodAt<Q, A>, request: Q, timeoutMs: number): AsyncGenerator<A> {
    const deadline = Date.now() + timeoutMs;
    if (!this.#isConnected) await this.#connected(Math.min(timeoutMs, CONNECT_LIMIT_MS));
    const { path } = method;
    const call = this.#client.makeServerStreamRequest(
      path,
      writing(method),
      reading(method),
      request,
      this.#metadata,
      { deadline },
    );
    try {
      for await (const answer of call) yield answer as A;
    } catch (error) {
      throw failureOf(path, error as ServiceError);
    } finally {
      call.cancel();
    }
  }

  close(): void {
    this.#client.close();
  }

  get #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.#caller !== undefined) metadata.set(callerKey, this.#caller);
    return metadata;
  }

  get #isConnected(): boolean {
    return this.#client.getChannel().getConnectivityState(true) === connectivityState.READY;
  }

  /** @throws {NotDone} when there is no connection within the limit */
  #connected(limitMs: number): Promise<void> {
    this.#connecting ??= untilConnected(this.#client.getChannel(), this.address, limitMs).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }
}

/** A first attempt that fails is enough: the next call, a moment later, finds another one made meanwhile. */
async function untilConnected(channel: ChannelInterface, address: string, limitMs: number): Promise<void> {
  const untilMs = Date.now() + limitMs;
  for (;;) {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return;
    if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN)
      throw new NotDone("unreachable", `${address} is not connected`);
    await new Promise<void>((resolve, reject) => {
      channel.watchConnectivityState(state, untilMs, (error) => {
        if (error) reject(new NotDone("unreachable", `${address} was not connected in time`, error));
        else resolve();
      });
    });
  }
}

const writing =
  <Q, A>({ requestType }: MethodAt<Q, A>) =>
  (request: Q) =>
    Buffer.from(requestType.encode(request).finish());

const reading =
  <Q, A>({ responseType }: MethodAt<Q, A>) =>
  (bytes: Buffer) =>
    responseType.decode(bytes);
