/** Services put together from their configuration: stores, what they do, and the door. */
import { Server } from "@grpc/grpc-js";
import { FreshCopies } from "../cache/fresh-copies.ts";
import { Stores } from "../data/stores.ts";
import { Defects } from "../defects.ts";
import { ownStateRoutes } from "../handlers/own-state.ts";
import { Call } from "../http/call.ts";
import { Metrics } from "../metrics.ts";
import { openRedis } from "../open-redis.ts";
import { localParts, type Parts } from "../parts.ts";
import { reachQueue } from "../queue/reach-queue.ts";
import { openSessions } from "../sessions/open-sessions.ts";
import type { Sessions } from "../sessions/session.ts";
import { SessionMetrics } from "../sessions/session-metrics.ts";
import type { Shop, Surroundings } from "../shop.ts";
import { AnswerMetrics } from "./answer-metrics.ts";
import { Answering } from "./answering.ts";
import { CallerRates } from "./caller-rates.ts";
import * as contract from "./contract/generated/services.ts";
import { serve } from "./grpc-server.ts";
import { authHandlers, orderHandlers, paymentHandlers, stockHandlers, userHandlers } from "./handlers.ts";
import type { ServiceConfig } from "./service-config.ts";
import { ServiceDoor, type TextAnswer } from "./service-door.ts";
import type { ServiceName } from "./service-names.ts";

/** Opens the services. Stores may still be down: `/health` says so until they answer. */
export async function openServices(config: ServiceConfig, surroundings: Surroundings): Promise<Shop> {
  const { log, nowMs, epochMs } = surroundings;
  const metrics = new Metrics(config.name);
  const stores = new Stores(config, log, nowMs, (database, statement) =>
    metrics.statement(database, statement),
  );
  const open = (url: string | undefined) => (url === undefined ? undefined : openRedis(url, config, log));
  const redis = open(config.redis);
  const saleCounters = open(config.saleCounters);
  const fresh = redis && config.freshCopies ? new FreshCopies(redis, log) : undefined;
  const counters = saleCounters ?? redis;
  const { registry } = metrics;
  const queue = await reachQueue(config.queue, counters, { name: config.name, stores, registry, log, nowMs });
  const parts = localParts(config, { stores, counters, fresh, more: queue.strategies }, surroundings);
  const sessionMetrics = new SessionMetrics(metrics.registry);
  const sessions = openSessions(config, {
    ...{ log, metrics: sessionMetrics, redis: undefined, epochMs },
    openRedis: (url) => openRedis(url, config, log),
    port: () => undefined,
  });

  const defects = new Defects({ path: config.defectsPath, log, registry, random: surroundings.random });
  const answering: Answering = new Answering({
    defects,
    inFlightLimit: config.isGoverned ? config.inFlightLimit : Number.POSITIVE_INFINITY,
    rates: ratesOf(config, nowMs),
    observe: (method, outcome, seconds) => answers.answered(method, outcome, seconds),
    ...{ log, nowMs, epochMs },
  });
  const answers = new AnswerMetrics(metrics.registry, () => answering.inFlight);
  const grpc = new Server();
  for (const name of config.serves) serve(grpc, serviceOf(name, parts, sessions), answering);
  metrics.pools(() =>
    [...stores.all.values()].map((database) => [database.address, database.gauges] as const),
  );

  const own = ownStateRoutes(stores, { redis, "sale counters": saleCounters }, metrics);
  const door = new ServiceDoor(grpc, (path) => {
    const route = own.find((each) => each.path === path);
    return route && answerOf(route.handle(new Call({}, "", "", "")));
  });
  const leave = async () => {
    defects[Symbol.dispose]();
    await sessions.close();
    await queue.close();
    redis?.disconnect();
    saleCounters?.disconnect();
    await stores.close();
  };
  try {
    const port = await door.listen(config.host, config.port);
    return {
      port,
      async close(limitMs) {
        await door.close(limitMs);
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

function ratesOf({ isGoverned, callsPerS }: ServiceConfig, nowMs: () => number): CallerRates | undefined {
  return isGoverned && callsPerS !== undefined ? new CallerRates({ callsPerS, nowMs }) : undefined;
}

/** What a service is called by, and what answers. */
function serviceOf(name: ServiceName, parts: Parts, sessions: Sessions): Parameters<typeof serve>[1] {
  switch (name) {
    case "user":
      return { definition: contract.UserServiceDefinition, handlers: userHandlers(parts) };
    case "order":
      return { definition: contract.OrderServiceDefinition, handlers: orderHandlers(parts) };
    case "payment":
      return { definition: contract.PaymentServiceDefinition, handlers: paymentHandlers(parts) };
    case "stock":
      return { definition: contract.StockServiceDefinition, handlers: stockHandlers(parts) };
    case "auth":
      return { definition: contract.AuthServiceDefinition, handlers: authHandlers(sessions) };
    default:
      return name satisfies never;
  }
}

/** Answers about itself are texts. */
async function answerOf(
  answer: ReturnType<ReturnType<typeof ownStateRoutes>[number]["handle"]>,
): Promise<TextAnswer> {
  const { status, body, type = "application/json" } = await answer;
  return { status, type, body: String(body) };
}
