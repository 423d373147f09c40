/** Commands to a Groonga server over HTTP, and what its answers mean. */
import { request } from "undici";
import { NotDone } from "../data/not-done.ts";

export interface GroongaOptions {
  /** `http://host:port` */
  readonly url: string;
  readonly timeoutMs: number;
}

/** Groonga refused a command; `code` is its return code. */
export class Refused extends Error {
  readonly code: number;
  constructor(command: string, code: number, because: string) {
    super(`the search engine refused ${command}: ${because} (${code})`);
    this.name = "Refused";
    this.code = code;
  }
}

export class Groonga {
  readonly #url: string;
  readonly #timeoutMs: number;

  constructor({ url, timeoutMs }: GroongaOptions) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs a command and gives the body of its answer. `rows` are sent along, for `load`.
   * @throws {NotDone} when the server was not reached or did not answer in time: of a reading command nothing is left
   * @throws {Refused} when it said no
   */
  async run(
    command: string,
    parameters: Readonly<Record<string, string | number>> = {},
    { rows, signal }: { rows?: readonly unknown[]; signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const query = new URLSearchParams(
      Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const limit = AbortSignal.timeout(this.#timeoutMs);
    let text: string;
    try {
      const { body } = await request(`${this.#url}/d/${command}?${query}`, {
        method: rows === undefined ? "GET" : "POST",
        ...(rows && { body: JSON.stringify(rows), headers: { "content-type": "application/json" } }),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        // It serves one connection with one thread at a time: one kept open would keep others waiting.
        reset: true,
      });
      text = await body.text();
    } catch (error) {
      signal?.throwIfAborted();
      const because = limit.aborted ? `no answer within ${this.#timeoutMs} ms` : messageOf(error);
      throw new NotDone("unreachable", `search engine: ${because}`, error);
    }
    return bodyOf(command, text);
  }
}

/** `[[code, startedAt, elapsed, message, ...], body]` */
function bodyOf(command: string, text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(
      `the search engine answered ${command} with something else than JSON: ${text.slice(0, 200)}`,
    );
  }
  const [head, body] = answer as [[number, number, number, string?], unknown];
  if (head[0] !== 0) throw new Refused(command, head[0], head[3] ?? "without a reason");
  return body;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
