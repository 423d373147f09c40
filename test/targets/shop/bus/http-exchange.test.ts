import type { Dispatcher } from "undici";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { begin, ExchangeFailed } from "../../../../targets/shop/bus/http-exchange.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A client that does what the test says with the one request it is given. */
class ScriptedClient {
  handler: Dispatcher.DispatchHandler | undefined;
  readonly did: string[] = [];
  readonly #controller = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (error: Error) => void this.did.push(`abort: ${error.message}`),
    pause: () => void this.did.push("pause"),
    resume: () => void this.did.push("resume"),
  };

  dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.handler = handler;
    return true;
  }

  start(): void {
    this.handler!.onRequestStart!(this.#controller, {});
  }

  answer(httpStatus: number, text: string): void {
    this.handler!.onResponseStart!(this.#controller, httpStatus, {});
    this.handler!.onResponseData!(this.#controller, Buffer.from(text));
  }

  end(): void {
    this.handler!.onResponseEnd!(this.#controller, {});
  }

  fail(error: Error): void {
    this.handler!.onResponseError!(this.#controller, error);
  }
}

function begun(onData: (text: string) => boolean = () => true) {
  const client = new ScriptedClient();
  const seen: (number | string)[] = [];
  const { ended, flow } = begin(client, {
    ...{ path: "/p", headers: {}, body: "{}", timeoutMs: 100 },
    onHead: (httpStatus) => void seen.push(httpStatus),
    onData(bytes) {
      seen.push(bytes.toString());
      return onData(bytes.toString());
    },
  });
  const outcome = ended.then(
    () => "ended",
    (error: unknown) =>
      error instanceof ExchangeFailed ? { hasLeft: error.hasLeft, says: error.message } : error,
  );
  return { client, seen, flow, outcome };
}

describe("an exchange", () => {
  test("hands over head and body, and ends", async () => {
    const { client, seen, outcome } = begun();
    client.start();
    client.answer(100, "");
    client.answer(200, "hello");
    client.end();
    expect(await outcome).toBe("ended");
    expect(seen).toEqual(["", 200, "hello"]);
  });

  test("that was given up before there was a connection has not left, and never leaves", async () => {
    const { client, outcome } = begun();
    await vi.advanceTimersByTimeAsync(100);
    expect(await outcome).toEqual({ hasLeft: false, says: "no answer within 100 ms" });
    client.start();
    expect(client.did).toEqual(["abort: given up"]);
  });

  test("that was given up later may have left, and is ended", async () => {
    const { client, outcome } = begun();
    client.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(await outcome).toEqual({ hasLeft: true, says: "no answer within 100 ms" });
    expect(client.did).toEqual(["abort: no answer within 100 ms"]);
  });

  test.each([
    { when: "before it was written", isStarted: false },
    { when: "after it was written", isStarted: true },
  ])("that breaks $when says so", async ({ isStarted }) => {
    const { client, outcome } = begun();
    if (isStarted) client.start();
    client.fail(new Error("connect ECONNREFUSED"));
    expect(await outcome).toEqual({ hasLeft: isStarted, says: "connect ECONNREFUSED" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is held back by a reader that has enough, and goes on when it asks for more", async () => {
    const { client, flow, outcome } = begun((text) => text !== "enough");
    client.start();
    client.answer(200, "enough");
    expect(client.did).toEqual(["pause"]);
    flow.resume();
    expect(client.did).toEqual(["pause", "resume"]);
    client.end();
    expect(await outcome).toBe("ended");
  });

  test("that nobody reads on is ended, and one that has ended is left as it is", async () => {
    const stopped = begun();
    stopped.client.start();
    stopped.flow.stop();
    expect(stopped.client.did).toEqual(["abort: nobody reads on"]);
    expect(await stopped.outcome).toEqual({ hasLeft: true, says: "nobody reads on" });

    const ended = begun();
    ended.client.start();
    ended.client.end();
    ended.flow.stop();
    expect(ended.client.did).toEqual([]);
    expect(await ended.outcome).toBe("ended");
  });
});
