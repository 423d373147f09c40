/** The bus as a server of its own. */
import { Metrics } from "../metrics.ts";
import { descriptors } from "../services/contract/generated/descriptors.ts";
import type { Shop as Service, Surroundings } from "../shop.ts";
import { Bus } from "./bus.ts";
import type { BusConfig } from "./bus-config.ts";
import { BusDoor } from "./bus-door.ts";
import { busMetrics } from "./bus-metrics.ts";
import { Lane } from "./lane.ts";
import { linkLimits, ServiceMembers } from "./members.ts";
import { registered, routesOf, shortName } from "./routes.ts";
import { ServiceLink } from "./service-link.ts";

/** Opens the bus. Services may still be down: `/health` says so until all are reached. */
export async function openBus(config: BusConfig, { log, nowMs }: Surroundings): Promise<Service> {
  const routes = routesOf(descriptors);
  const members = new Map<string, ServiceMembers>();
  for (const service of new Set([...routes.byPath.values()].map((route) => route.service))) {
    const addresses = config.services[shortName(service)];
    if (addresses === undefined) continue;
    members.set(
      service,
      new ServiceMembers(addresses.map((address) => new ServiceLink(address, linkLimits, nowMs))),
    );
  }
  const strangers = unknownServices(config, [...members.keys()]);
  if (strangers.length > 0) throw new Error(`no descriptor tells of a service ${strangers.join(", ")}`);

  const lanes = lanesOf(config, [...members.keys()]);
  const metrics = new Metrics(config.name);
  const observe = busMetrics(metrics, { lanes, members });
  const bus = new Bus({
    ...{ routes, members, observe, nowMs },
    laneOf: (service) => lanes.get(service) ?? lanes.get(ALL)!,
  });

  const { bodyBytes, usualMs, longestMs } = config.limits;
  const json = (status: number, value: unknown) => ({
    ...{ status, body: JSON.stringify(value), type: "application/json" },
  });
  const door = new BusDoor({
    ...{ bus, bodyBytes, usualMs, longestMs, nowMs },
    onBug: (error) => log.error("failed", error),
    own: new Map([
      [
        "/health",
        async () => {
          const silent = await silentServices(members);
          return silent.length === 0 ? json(200, { status: "ok" }) : json(503, { status: "unwell", silent });
        },
      ],
      ["/registry", async () => json(200, { services: registered(routes, members) })],
      [
        "/metrics",
        async () => ({
          status: 200,
          body: await metrics.registry.metrics(),
          type: metrics.registry.contentType,
        }),
      ],
    ]),
  });
  const port = await door.listen(config.host, config.port);
  return {
    port,
    async close(limitMs) {
      await door.close(limitMs);
      for (const each of members.values()) each.close();
    },
  };
}

/** Name of the lane that all share. */
const ALL = "all";

/** A lane for each service has its part of what one for all would have. */
function lanesOf({ lanes, limits }: BusConfig, services: readonly string[]): ReadonlyMap<string, Lane> {
  if (lanes === "shared") return new Map([[ALL, new Lane(limits)]]);
  const part = (whole: number) => Math.max(1, Math.floor(whole / services.length));
  return new Map(
    services.map((name) => [name, new Lane({ inHand: part(limits.inHand), waiting: part(limits.waiting) })]),
  );
}

function unknownServices({ services }: BusConfig, known: readonly string[]): readonly string[] {
  const names = new Set(known.map(shortName));
  return Object.keys(services).filter((name) => !names.has(name));
}

/** Those of which no member can be reached, after trying. */
async function silentServices(members: ReadonlyMap<string, ServiceMembers>): Promise<readonly string[]> {
  const asked = await Promise.all(
    [...members].map(async ([service, { links }]) => ({
      service,
      isThere: (await Promise.all(links.map((link) => link.connect()))).some(Boolean),
    })),
  );
  return asked.filter(({ isThere }) => !isThere).map(({ service }) => service);
}
