/** Logging in, and what a login is good for: whoever brings one along need not say who he is, and is turned away when it is lost. */
import { type Answer, done, json } from "../http/answer.ts";
import { BadRequest, type Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import { copiesPath, Replicated } from "../sessions/replicated.ts";
import {
  SESSION_LIFE_S,
  type Session,
  type Sessions,
  SessionTooLarge,
  setCookie,
  wordOf,
} from "../sessions/session.ts";
import type { SessionMetrics } from "../sessions/session-metrics.ts";

/** More than fits into a cookie, so that one can see what happens then. */
const NOTE_LENGTH = 8_192;
const noSession = json(401, { status: "no-session" });
const notSigned = json(403, { status: "refused", reason: "not-signed" });

/** Operations of one shopper; only they look at a session, pages for everybody do not. */
const personal: ReadonlySet<string> = new Set([
  ...["cart_add", "cart_view", "favourite", "checkout_step"],
  ...["order_confirm", "order_query", "order_history", "pay", "seckill_try", "seckill_result"],
]);

export function sessionRoutes(
  sessions: Sessions,
  metrics: SessionMetrics,
  epochMs: () => number,
): readonly Route[] {
  return [
    {
      ...{ name: "login", method: "POST", path: "/login", isShed: true },
      handle: (call) => login(sessions, metrics, epochMs, call),
    },
    {
      ...{ name: "session", method: "GET", path: "/session", isShed: true },
      async handle(call) {
        const session = await sessionOf(call, sessions, metrics);
        return session ? json(200, { status: "ok", user: session.userId, note: session.note }) : noSession;
      },
    },
    ...(sessions instanceof Replicated ? copyRoutes(sessions) : []),
  ];
}

/** The same routes; those of one shopper ask for the session where one is brought along. */
export function withSessions(
  routes: readonly Route[],
  sessions: Sessions,
  metrics: SessionMetrics,
): readonly Route[] {
  return routes.map((route) => {
    if (!personal.has(route.name)) return route;
    return {
      ...route,
      handle(call) {
        // By far the most: they say who they are.
        if (wordOf(call.header("cookie")) === undefined) return route.handle(call);
        return sessionOf(call, sessions, metrics).then((session) => {
          if (session === undefined) return noSession;
          call.actAs(session.userId);
          return route.handle(call);
        });
      },
    };
  });
}

async function login(
  sessions: Sessions,
  metrics: SessionMetrics,
  epochMs: () => number,
  call: Call,
): Promise<Answer> {
  const userId = call.user();
  const note = call.optionalText("note", NOTE_LENGTH) ?? "";
  call.check();
  try {
    const word = await sessions.open({ userId, note, endsAtEpochMs: epochMs() + SESSION_LIFE_S * 1_000 });
    metrics.saw("opened");
    return { ...done, headers: { "set-cookie": setCookie(word) } };
  } catch (error) {
    if (error instanceof SessionTooLarge) throw new BadRequest([error.message]);
    throw error;
  }
}

async function sessionOf(
  call: Call,
  sessions: Sessions,
  metrics: SessionMetrics,
): Promise<Session | undefined> {
  const cookies = call.header("cookie");
  const word = wordOf(cookies);
  if (word === undefined) return undefined;
  metrics.cookie(cookies!.length);
  try {
    const session = await sessions.find(word);
    metrics.saw(session ? "found" : "lost");
    return session;
  } catch (error) {
    metrics.saw("unknown");
    throw error;
  }
}

/** What nodes say to each other; answered also when shoppers are shed, since it is shoppers who wait for it. */
function copyRoutes(sessions: Replicated): readonly Route[] {
  const own = { name: "session_copies", path: copiesPath, isShed: false } as const;
  return [
    {
      ...{ ...own, method: "POST" },
      handle(call) {
        const kept = sessions.take(call.bodyText, call.header("x-signature"));
        return kept === undefined ? notSigned : json(200, { status: "ok", kept });
      },
    },
    {
      ...{ ...own, method: "GET" },
      async handle(call) {
        const body = await sessions.give(call.header("x-signature"));
        return body === undefined ? notSigned : { status: 200, body, type: "text/plain" };
      },
    },
  ];
}
