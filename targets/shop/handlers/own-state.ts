/** The shop's own state: health for the proxies in front, metrics for Prometheus. */
import type { Redis } from "ioredis";
import type { Stores } from "../data/stores.ts";
import { type Answer, json, ok } from "../http/answer.ts";
import type { Route } from "../http/door.ts";
import type { Metrics } from "../metrics.ts";
import type { Sessions } from "../sessions/session.ts";

/** A store that has answered anybody this recently need not be asked again. */
const FRESH_MS = 1_000;
/** How long a health question waits for a store. */
const PATIENCE_MS = 1_000;

/** What is asked of a settings centre: without any settings, from there or from disk, a node must not serve. */
export interface Configured {
  readonly inForce: unknown;
}

/** What is kept in Redis, by what the shop calls it; undefined where there is none. */
export type Redises = Readonly<Record<string, Redis | undefined>>;

export function ownStateRoutes(
  stores: Stores,
  redises: Redises,
  metrics: Metrics,
  centre?: Configured,
  sessions?: Pick<Sessions, "isReady">,
): readonly Route[] {
  const own = { method: "GET", isShed: false } as const;
  return [
    { ...own, name: "health", path: "/health", handle: () => health(stores, redises, centre, sessions) },
    {
      ...own,
      name: "metrics",
      path: "/metrics",
      handle: async () => ({
        status: 200,
        body: await metrics.registry.metrics(),
        type: metrics.registry.contentType,
      }),
    },
  ];
}

async function health(
  stores: Stores,
  redises: Redises,
  centre: Configured | undefined,
  sessions: Pick<Sessions, "isReady"> | undefined,
): Promise<Answer> {
  const questions = [
    ...stores.needed.map((database) => [`database ${database.address}`, database.answers(FRESH_MS)] as const),
    ...Object.entries(redises).flatMap(([name, redis]) => (redis ? [[name, pings(redis)] as const] : [])),
    ...(sessions ? [["sessions", Promise.resolve(sessions.isReady)] as const] : []),
    ...(centre ? [["settings", Promise.resolve(centre.inForce !== undefined)] as const] : []),
  ];
  const silent: string[] = [];
  await Promise.all(
    questions.map(async ([store, answers]) => {
      if (!(await inTime(answers))) silent.push(store);
    }),
  );
  return silent.length === 0 ? ok : json(503, { status: "unwell", silent: silent.sort() });
}

async function pings(redis: Redis): Promise<boolean> {
  try {
    return (await redis.ping()) === "PONG";
  } catch {
    return false;
  }
}

function inTime(answers: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  return Promise.race([answers, late]).finally(() => clearTimeout(timer));
}
