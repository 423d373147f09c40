/** A short way to ask a running target through its way in, in turn through every entry. */
import type { RunningTarget } from "../../targets/running-target.ts";

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the target answers; each test looks at what it knows
  readonly body: any;
  readonly text: string;
  /** Cookies it sets, as they are to be sent back. */
  readonly cookie: string;
}

export interface Asked {
  readonly user?: number;
  readonly key?: string;
  readonly cookie?: string;
  readonly body?: unknown;
}

/** `ask("POST /order", { user: 7, key: "t.1", body: { itemId: 5 } })` */
export type Ask = (request: string, asked?: Asked) => Promise<Reply>;

/** One answer takes no longer than this, or the test that waits for it says so. */
const ANSWER_LIMIT_MS = 10_000;

export function askingOf(target: RunningTarget): Ask {
  let turn = 0;
  return async (request, { user, key, cookie, body } = {}) => {
    const [method = "GET", path = "/"] = request.split(" ");
    const origin = target.entryUrls[turn++ % target.entryUrls.length];
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(user !== undefined && { "x-user": String(user) }),
        ...(key !== undefined && { "idempotency-key": key }),
        ...(cookie !== undefined && { cookie }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    const cookies = response.headers.getSetCookie().map((one) => one.split(";")[0]);
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : undefined,
      text,
      cookie: cookies.join("; "),
    };
  };
}
