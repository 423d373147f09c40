/** Requests to a target, one after the other without a break, while something is done to it: none may fail. */
import { request } from "node:http";

export interface Steady {
  readonly answered: number;
  /** A sentence for each that was not answered with 200. */
  readonly failed: readonly string[];
  /** Resolves when `count` more were answered or failed. */
  more(count: number): Promise<void>;
  /** Ends after the request in hand. */
  stop(): Promise<void>;
}

const ANSWER_LIMIT_MS = 10_000;

/**
 * Each on a connection of its own: whether a proxy that begins anew closes an idle connection in the very moment in which
 * a client uses it again is a question of keep-alive, and not of the members behind.
 */
export function steadyRequests(origin: string, paths: readonly string[]): Steady {
  let answered = 0;
  let isGoing = true;
  const failed: string[] = [];
  const waiting: { readonly for: number; done(): void }[] = [];
  const count = () => answered + failed.length;
  const going = (async () => {
    for (let turn = 0; isGoing; turn++) {
      const path = paths[turn % paths.length]!;
      try {
        const status = await statusOf(`${origin}${path}`);
        if (status === 200) answered++;
        else failed.push(`${path} was answered with ${status}`);
      } catch (error) {
        failed.push(`${path}: ${(error as Error).message}`);
      }
      for (const each of waiting.filter((one) => one.for <= count())) each.done();
    }
  })();
  return {
    get answered() {
      return answered;
    },
    failed,
    more: (some) => new Promise((done) => waiting.push({ for: count() + some, done })),
    async stop() {
      isGoing = false;
      await going;
    },
  };
}

function statusOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { agent: false, headers: { "x-user": "5" }, timeout: ANSWER_LIMIT_MS },
      (answer) => {
        answer.on("error", reject).on("end", () => resolve(answer.statusCode ?? 0));
        answer.resume();
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${ANSWER_LIMIT_MS / 1_000} s`)));
    asked.on("error", reject).end();
  });
}
