/** What an application has of services instead of databases. */
import type { Registry } from "prom-client";
import type { Route } from "../http/door.ts";
import type { Parts } from "../parts.ts";
import type { Sessions } from "../sessions/session.ts";
import { CallMetrics } from "./call-metrics.ts";
import {
  AuthServiceDefinition,
  OrderServiceDefinition,
  PaymentServiceDefinition,
  StockServiceDefinition,
  UserServiceDefinition,
} from "./contract/generated/services.ts";
import { type Dispensable, insisting, leavingOut } from "./dispensable.ts";
import { DISPENSABLE_MS, governanceLimits, REQUEST_BUDGET_MS, UNGOVERNED_TIMEOUT_MS } from "./governance.ts";
import { GrpcMember } from "./grpc-member.ts";
import { remoteBooks, remoteDesk } from "./remote-desk.ts";
import { remoteOrders, remoteTill } from "./remote-orders.ts";
import { RemoteService } from "./remote-service.ts";
import { RemoteSessions } from "./remote-sessions.ts";
import { remoteUsers } from "./remote-users.ts";
import type { ServiceMember } from "./service-member.ts";
import { type ServiceName, serviceNames } from "./service-names.ts";
import { withinBudget } from "./time-budget.ts";

export interface ServiceAddresses {
  readonly isGoverned: boolean;
  /** host:port of every member. */
  readonly members: Readonly<Partial<Record<ServiceName, readonly string[] | undefined>>>;
}

export interface RemotePartsOptions extends ServiceAddresses {
  readonly registry: Registry;
  /** Who calls, as services are told. */
  readonly caller: string;
  nowMs(): number;
  /** The way to a member; by gRPC unless somebody else carries the calls. */
  openMember?(address: string): ServiceMember;
}

export interface RemoteParts {
  readonly parts: Partial<Parts>;
  /** Where there is an auth service. */
  readonly sessions: Sessions | undefined;
  /** The same routes; what a shopper asks for may take so long, with everything that is called for it. */
  withinBudget(routes: readonly Route[]): readonly Route[];
  close(): void;
}

const definitions = {
  user: UserServiceDefinition,
  order: OrderServiceDefinition,
  payment: PaymentServiceDefinition,
  stock: StockServiceDefinition,
  auth: AuthServiceDefinition,
} as const satisfies Record<ServiceName, { readonly fullName: string }>;

export function remoteParts(options: RemotePartsOptions): RemoteParts {
  const { isGoverned, members, registry, caller, nowMs } = options;
  const { openMember = (address) => new GrpcMember(address, caller) } = options;
  const metrics = new CallMetrics(registry);
  const services = new Map<ServiceName, RemoteService>();
  for (const name of serviceNames) {
    const addresses = members[name];
    if (addresses === undefined) continue;
    const service = new RemoteService({
      service: name,
      definition: definitions[name],
      members: addresses.map(openMember),
      limits: isGoverned ? governanceLimits : undefined,
      timeoutMs: isGoverned ? REQUEST_BUDGET_MS : UNGOVERNED_TIMEOUT_MS,
      watcher: metrics.watcher(name),
      nowMs,
    });
    metrics.breakers(name, () => service.breakers);
    services.set(name, service);
  }
  const dispensable = isGoverned
    ? leavingOut({ limitMs: DISPENSABLE_MS, nowMs, leftOut: (part) => metrics.leftOut(part) })
    : insisting;
  const auth = services.get("auth");
  return {
    parts: partsOf(services, dispensable),
    sessions: auth && new RemoteSessions(auth),
    withinBudget: (routes) => (isGoverned ? routes.map((route) => budgeted(route, nowMs)) : routes),
    close() {
      for (const service of services.values()) service.close();
    },
  };
}

function partsOf(
  services: ReadonlyMap<ServiceName, RemoteService>,
  dispensable: Dispensable,
): Partial<Parts> {
  const [user, order, payment, stock] = (["user", "order", "payment", "stock"] as const).map((name) =>
    services.get(name),
  );
  const orders = order && remoteOrders(order);
  return {
    ...(user && { users: remoteUsers(user, dispensable) }),
    ...(order &&
      orders && { orders, tradeSales: orders, desk: remoteDesk(order), books: remoteBooks(order) }),
    ...(payment && { till: remoteTill(payment) }),
    ...(stock && {
      stocks: {
        async stockOf(itemId) {
          const answer = await dispensable("item.stock", () =>
            stock.ask("read", StockServiceDefinition.methods.getStock, { itemId }),
          );
          return typeof answer === "symbol" ? answer : answer.remaining;
        },
      },
    }),
  };
}

/** What a shopkeeper asks for, who has time. */
const unhurried: ReadonlySet<string> = new Set(["report"]);

/** The shop's questions about itself, its books among them, may take longer. */
function budgeted(route: Route, nowMs: () => number): Route {
  if (!route.isShed || unhurried.has(route.name)) return route;
  return { ...route, handle: (call) => withinBudget(REQUEST_BUDGET_MS, nowMs(), () => route.handle(call)) };
}
