/** One request over HTTP/1.1, of which it is known afterwards whether it had left: from the word of the client that writes it. */
import type { Dispatcher } from "undici";

export interface Exchange {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  onHead(httpStatus: number): void;
  /** False: no more for now; `resume` of the flow that was given asks for more. */
  onData(bytes: Buffer): boolean;
}

/** An exchange that did not come to its end. */
export class ExchangeFailed extends Error {
  /** Whether any of the request may have been written. */
  readonly hasLeft: boolean;

  constructor(sentence: string, hasLeft: boolean, cause?: unknown) {
    super(sentence, { cause });
    this.name = "ExchangeFailed";
    this.hasLeft = hasLeft;
  }
}

/** How a reader holds an answer back, and ends it before its end. */
export interface Flow {
  resume(): void;
  /** Nobody reads on. */
  stop(): void;
}

export interface Begun {
  readonly flow: Flow;
  /** @throws {ExchangeFailed} */
  readonly ended: Promise<void>;
}

/** Sends it; gives what to hold the answer back with, and when it has ended. */
export function begin(client: Pick<Dispatcher, "dispatch">, exchange: Exchange): Begun {
  const { path, headers, body, timeoutMs, onHead, onData } = exchange;
  let controller: Dispatcher.DispatchController | undefined;
  let hasLeft = false;
  let isOver = false;
  let over: (error?: ExchangeFailed) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    over = (error) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
  });
  const giveUp = (sentence: string) => {
    if (isOver) return;
    over(new ExchangeFailed(sentence, hasLeft));
    controller?.abort(new Error(sentence));
  };
  const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
  client.dispatch(
    { method: "POST", path, headers, body, headersTimeout: 0, bodyTimeout: 0 },
    {
      onRequestStart(started) {
        controller = started;
        // Called before the first byte is written: whoever has given up by now has sent nothing.
        if (isOver) started.abort(new Error("given up"));
        else hasLeft = true;
      },
      onResponseStart(_, httpStatus) {
        if (httpStatus >= 200) onHead(httpStatus);
      },
      onResponseData(running, bytes) {
        if (!onData(bytes)) running.pause();
      },
      onResponseEnd: () => over(),
      onResponseError: (_, error) => over(new ExchangeFailed(error.message, hasLeft, error)),
    },
  );
  return { ended, flow: { resume: () => controller?.resume(), stop: () => giveUp("nobody reads on") } };
}
