/**
 * The connection to one member of a service: HTTP/2, kept, spoken to as gRPC. It is our own and not grpc-js's channel,
 * because that one does not tell whether a call that failed had left; here a call leaves only over a connection on
 * which the member has spoken, and everything before that is known to have done nothing.
 */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { callerKey } from "../services/caller-name.ts";
import { type CallTime, whyOver } from "./call-time.ts";
import { type NotAnswered, nameOfStatus, undone } from "./grpc-status.ts";
import { Frames, framed, messageText, metadataOf, timeoutText } from "./grpc-wire.ts";

export interface OutgoingCall {
  readonly path: string;
  readonly message: Uint8Array;
  readonly time: CallTime;
  readonly caller?: string | undefined;
  /** Every message of the answer. No more are read while the promise it gives is open. */
  onMessage(message: Buffer): Promise<void> | undefined;
}

export interface LinkLimits {
  /** From dialling until the member has spoken. */
  readonly connectMs: number;
  /** How long a member that could not be reached is left alone. */
  readonly restMs: number;
  /** Length of the longest message of an answer. */
  readonly messageBytes: number;
}

/** A member that did not answer a call in time is asked for a sign of life, and the connection given up without one. */
const SIGN_OF_LIFE_MS = 3_000;

export class ServiceLink {
  /** host:port */
  readonly address: string;
  readonly #limits: LinkLimits;
  readonly #nowMs: () => number;
  #session: ClientHttp2Session | undefined;
  #dialling: Promise<boolean> | undefined;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #inHand = 0;
  #isClosed = false;

  constructor(address: string, limits: LinkLimits, nowMs: () => number) {
    this.address = address;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  get isConnected(): boolean {
    return this.#session !== undefined && !this.#session.closed && !this.#session.destroyed;
  }

  /** Calls that have left and are not over. */
  get inHand(): number {
    return this.#inHand;
  }

  /** Whether it is connected, after trying if it is not. A member that was not reached is not tried again at once. */
  connect(): Promise<boolean> {
    if (this.isConnected) return Promise.resolve(true);
    if (this.#isClosed || this.#nowMs() < this.#restsUntilMs) return Promise.resolve(false);
    this.#dialling ??= this.#dial().finally(() => (this.#dialling = undefined));
    return this.#dialling;
  }

  /** Undefined when the call was answered; only for links that are connected. */
  call(call: OutgoingCall): Promise<NotAnswered | undefined> {
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session!.request({
        ":method": "POST",
        ":path": call.path,
        "content-type": "application/grpc+proto",
        te: "trailers",
        "grpc-timeout": timeoutText(call.time.leftMs),
        ...(call.caller !== undefined && { [callerKey]: call.caller }),
      });
    } catch (error) {
      // The connection ended between looking and calling; nothing has left.
      return Promise.resolve(notReached(`${this.address}: ${(error as Error).message}`));
    }
    this.#inHand++;
    stream.end(framed(call.message));
    return this.#answerOf(stream, call).finally(() => this.#inHand--);
  }

  close(): void {
    this.#isClosed = true;
    this.#session?.destroy();
  }

  #dial(): Promise<boolean> {
    return new Promise((resolve) => {
      const session = connect(`http://${this.address}`);
      const timer = setTimeout(() => session.destroy(), this.#limits.connectMs);
      // Only settings are a sign that somebody is there: the kernel accepts connections for a program that hangs.
      session.once("remoteSettings", () => {
        clearTimeout(timer);
        if (this.#isClosed) session.destroy();
        else this.#session = session;
        resolve(!this.#isClosed);
      });
      session.on("error", () => {}); // `close` follows.
      session.once("close", () => {
        clearTimeout(timer);
        if (this.#session === session) this.#session = undefined;
        else this.#restsUntilMs = this.#nowMs() + this.#limits.restMs;
        resolve(false);
      });
    });
  }

  #answerOf(stream: ClientHttp2Stream, call: OutgoingCall): Promise<NotAnswered | undefined> {
    const { signal } = call.time;
    const frames = new Frames(this.#limits.messageBytes);
    let headers: Readonly<Record<string, string | string[] | undefined>> = {};
    let trouble: string | undefined;
    const giveUp = (why: string) => {
      trouble ??= why;
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const onAbort = () => {
      if (whyOver(signal) === "late") this.#askForLife();
      stream.close(constants.NGHTTP2_CANCEL);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    stream.on("response", (first) => (headers = first as typeof headers));
    stream.on("trailers", (last) => (headers = { ...headers, ...(last as typeof headers) }));
    stream.on("data", (bytes: Buffer) => {
      try {
        for (const message of frames.take(bytes)) {
          const taken = call.onMessage(message);
          if (taken === undefined) continue;
          stream.pause();
          taken.then(
            () => stream.resume(),
            (error) => giveUp((error as Error).message),
          );
        }
      } catch (error) {
        giveUp((error as Error).message);
      }
    });
    stream.on("error", (error) => (trouble ??= error.message));
    return new Promise((resolve) => {
      stream.once("close", () => {
        signal.removeEventListener("abort", onAbort);
        resolve(this.#verdict({ headers, trouble, signal, rstCode: stream.rstCode, isEven: frames.isEven }));
      });
    });
  }

  /** What the end of a call means. What the member itself has said counts before anything we saw of the connection. */
  #verdict({ headers, trouble, signal, rstCode, isEven }: End): NotAnswered | undefined {
    const code = headers["grpc-status"];
    if (code !== undefined) {
      const status = nameOfStatus(Number(code));
      if (status === "OK" && trouble === undefined && isEven) return undefined;
      if (status !== "OK") {
        const message = messageText(String(headers["grpc-message"] ?? ""));
        return { status, message, metadata: metadataOf(headers) };
      }
    }
    const at = `${this.address}: `;
    if (rstCode === constants.NGHTTP2_REFUSED_STREAM) return notReached(`${at}it refused the call`);
    if (signal.aborted) {
      return whyOver(signal) === "late"
        ? { status: "DEADLINE_EXCEEDED", message: `${at}no answer in time`, metadata: {} }
        : { status: "CANCELLED", message: `${at}the caller has left`, metadata: {} };
    }
    if (trouble !== undefined && rstCode === constants.NGHTTP2_CANCEL)
      return { status: "INTERNAL", message: `${at}${trouble}`, metadata: {} };
    const http = headers[":status"] === undefined ? "" : ` (HTTP ${headers[":status"]})`;
    const because = trouble ?? "the answer ended before it was whole";
    return { status: "UNAVAILABLE", message: `${at}${because}${http}`, metadata: {} };
  }

  #askForLife(): void {
    const session = this.#session;
    if (session === undefined || session.destroyed) return;
    const timer = setTimeout(() => session.destroy(), SIGN_OF_LIFE_MS);
    if (!session.ping(() => clearTimeout(timer))) clearTimeout(timer);
  }
}

interface End {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly trouble: string | undefined;
  readonly signal: AbortSignal;
  readonly rstCode: number | undefined;
  /** Whether the answer ended where a message ends. */
  readonly isEven: boolean;
}

/** The service was not asked. */
export const notReached = (message: string): NotAnswered => ({
  status: "UNAVAILABLE",
  message,
  metadata: undone("unreachable"),
});
