/** A service as callers reach it over the bus: the same calls as over gRPC, in JSON, to one address for all services. */
import { Pool } from "undici";
import { NotDone } from "../data/not-done.ts";
import { CallFailed } from "../services/call-failed.ts";
import { callerKey } from "../services/caller-name.ts";
import type { MethodAt, ServiceMember } from "../services/service-member.ts";
import { type NotAnswered, notAnsweredBy } from "./grpc-status.ts";
import { timeoutText } from "./grpc-wire.ts";
import { begin, ExchangeFailed } from "./http-exchange.ts";

/**
 * The bus is told to be ready this much sooner, so that what it knows of a call that was too slow ("it never had its turn")
 * comes before its caller stops listening. A figure of ours: a few turns of a busy process.
 */
const WAY_BACK_MS = 10;
/** Lines of a long answer that may lie here unread before no more are asked for. */
const LINES_AHEAD = 64;

export class BusMember implements ServiceMember {
  readonly address: string;
  readonly #pool: Pool;
  readonly #caller: string | undefined;

  /** `address` is that of the bus, `caller` who calls, by name; absent: all of them are the bus for its services. */
  constructor(address: string, caller?: string) {
    this.address = address;
    this.#caller = caller;
    this.#pool = new Pool(`http://${address}`, { connect: { timeout: 1_000 } });
  }

  async unary<Q, A>(method: MethodAt<Q, A>, request: Q, timeoutMs: number): Promise<A> {
    const parts: Buffer[] = [];
    let httpStatus = 0;
    const { ended } = begin(this.#pool, {
      ...asRequest(method, request, { timeoutMs, caller: this.#caller }),
      onHead: (told) => (httpStatus = told),
      onData: (bytes) => parts.push(bytes) > 0,
    });
    await ended.catch((error) => thrown(method.path, error));
    const body = Buffer.concat(parts).toString("utf8");
    if (httpStatus !== 200) throw failureOf(method.path, notAnsweredBy({ httpStatus, body }));
    return read(method, body);
  }

  async *stream<Q, A>(method: MethodAt<Q, A>, request: Q, timeoutMs: number): AsyncGenerator<A> {
    const lines: string[] = [];
    let rest = "";
    let httpStatus = 0;
    let wake = () => {};
    let isOver = false;
    const decoder = new TextDecoder();
    const { flow, ended } = begin(this.#pool, {
      ...asRequest(method, request, { timeoutMs, caller: this.#caller }),
      onHead: (told) => (httpStatus = told),
      onData(bytes) {
        const pieces = (rest + decoder.decode(bytes, { stream: true })).split("\n");
        rest = pieces.pop()!;
        lines.push(...pieces);
        wake();
        return lines.length < LINES_AHEAD;
      },
    });
    const over = ended.finally(() => {
      isOver = true;
      wake();
    });
    over.catch(() => {}); // Thrown below, when all that came before has been given.
    try {
      for (;;) {
        const line = lines.shift();
        if (line === undefined) {
          if (isOver) break;
          await new Promise<void>((resolve) => {
            wake = resolve;
            flow.resume();
          });
          continue;
        }
        const told = httpStatus === 200 ? lineOf(line) : undefined;
        if (told === undefined) throw failureOf(method.path, notAnsweredBy({ httpStatus, body: line }));
        if ("end" in told) return;
        if ("error" in told) throw failureOf(method.path, notAnsweredBy({ httpStatus, body: told.error }));
        yield read(method, told.result);
      }
      await over.catch((error) => thrown(method.path, error));
      if (httpStatus !== 200) throw failureOf(method.path, notAnsweredBy({ httpStatus, body: rest }));
      throw new CallFailed(`${method.path}: the answer has no last line`);
    } finally {
      flow.stop();
    }
  }

  close(): void {
    void this.#pool.destroy();
  }
}

function asRequest<Q, A>(
  { path, requestType }: MethodAt<Q, A>,
  request: Q,
  { timeoutMs, caller }: { readonly timeoutMs: number; readonly caller: string | undefined },
) {
  const body = JSON.stringify(requestType.toJSON(request));
  const headers = {
    "content-type": "application/json",
    "grpc-timeout": timeoutText(Math.max(timeoutMs / 2, timeoutMs - WAY_BACK_MS)),
    ...(caller !== undefined && { [callerKey]: caller }),
  };
  return { path, body, headers, timeoutMs };
}

type Line = { readonly result: unknown } | { readonly error: string } | { readonly end: true };

/** A line of a long answer; undefined when it is not one of the bus. */
function lineOf(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Record<string, unknown>;
    if ("result" in line) return { result: line["result"] };
    if ("error" in line) return { error: JSON.stringify(line["error"]) };
    return line["end"] === true ? { end: true } : undefined;
  } catch {
    return undefined;
  }
}

/** @throws {CallFailed} when it is not the answer it should be: something was done, and nobody can say what */
function read<Q, A>({ path, responseType }: MethodAt<Q, A>, answer: unknown): A {
  try {
    return responseType.fromJSON(typeof answer === "string" ? JSON.parse(answer) : answer);
  } catch (error) {
    throw new CallFailed(`${path}: the answer cannot be read: ${(error as Error).message}`, error);
  }
}

const reasons: readonly NotDone["reason"][] = ["full", "unreachable", "undone"];

/** The same distinction as over gRPC, by the same words in the metadata. */
function failureOf(path: string, { status, message, metadata }: NotAnswered): NotDone | CallFailed {
  const sentence = `${path}: ${status} ${message}`;
  const reason = reasons.find((each) => each === metadata["reason"]);
  if (metadata["outcome"] === "undone" && reason !== undefined) return new NotDone(reason, sentence);
  return new CallFailed(sentence);
}

function thrown(path: string, error: unknown): never {
  if (!(error instanceof ExchangeFailed)) throw error;
  const sentence = `${path}: the bus: ${error.message}`;
  throw error.hasLeft ? new CallFailed(sentence, error) : new NotDone("unreachable", sentence, error);
}
