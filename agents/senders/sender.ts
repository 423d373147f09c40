/** A sender carries requests to the target. The drive says when; the sender says what came of it, exactly once. */
import type { Answer, ShopRequest } from "../../scenarios/scenario.ts";

/** One request under way, as its owner hears of it. Instants are on the sender's clock. */
export interface Exchange {
  /** Whether somebody will read the body; else it is thrown away as it comes. */
  readonly wantsBody: boolean;
  /** Bytes are handed to the socket now. `waitedMs`: since `send`, when no open connection was free then, else 0. */
  fired(atMs: number, waitedMs: number): void;
  /** The last byte of the answer has come. `answer` is good until this returns. */
  answered(answer: Answer, atMs: number): void;
  /**
   * No complete answer. `isSent` is false only when no byte of the request can have left, or when the server has said in
   * its protocol's words that it did nothing about it (HTTP/2: REFUSED_STREAM, GOAWAY).
   */
  failed(how: "timeout" | "disconnected", isSent: boolean, atMs: number): void;
  /** Given up by `dropWaiting` before it was fired. */
  dropped(atMs: number): void;
  /** It cannot be sent by anybody: a space in the path, a line break in a header. The scenario is at fault. */
  impossible(because: string): void;
}

export interface Sender extends AsyncDisposable {
  /**
   * Takes a request. Its exchange hears `fired` at most once, and then or instead exactly one of `answered`, `failed`,
   * `dropped` and `impossible`; perhaps before `send` returns. Nothing that may change anything is ever sent twice; what
   * may not (GET, HEAD) may be, when the server hung up before it said a byte, and that is told in `oddity`.
   */
  send(request: ShopRequest, exchange: Exchange): void;
  /** Requests taken and not fired yet. */
  readonly waiting: number;
  /** Requests fired and not answered. */
  readonly inFlight: number;
  /** What was strange about the connections so far, as the end of a sentence on one line; undefined when nothing was. */
  readonly oddity: string | undefined;
  /**
   * Opens connections before they are needed, a few at a time, until there are `connections` or `withinMs` is over.
   * Resolves to how many are open.
   * @throws the signal's reason when it aborts first
   */
  warm(connections: number, withinMs: number, signal?: AbortSignal): Promise<number>;
  /** Gives up every request that has not been fired; each exchange hears `dropped`. */
  dropWaiting(): void;
  /** Closes everything. Exchanges still open hear nothing any more. */
  [Symbol.asyncDispose](): Promise<void>;
}
