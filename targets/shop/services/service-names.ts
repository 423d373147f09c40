/** The services there are, and which of them stand in for the databases of each area. Pure. */
import type { Area } from "../apps/areas.ts";

export const serviceNames = ["user", "order", "payment", "stock", "auth"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Whose data each service keeps; `auth` has none in a database. */
export const keptBy: Readonly<Record<ServiceName, readonly ("user" | "trade")[]>> = {
  user: ["user"],
  order: ["trade"],
  payment: ["trade"],
  stock: ["trade"],
  auth: [],
};

/** Without which services an area needs databases: the report of home adds up orders, and a page shows its stock. */
export const servicesOf: Readonly<Record<Area, Readonly<Record<"user" | "trade", readonly ServiceName[]>>>> =
  {
    home: { user: [], trade: ["order", "stock"] },
    search: { user: [], trade: [] },
    cart: { user: ["user"], trade: ["stock"] },
    trade: { user: ["user"], trade: ["order", "payment", "stock"] },
  };
