/** Answers of a shop, in its own words (docs/shop-api.md), without a shop. */
import type { Answer, ShopRequest } from "../../scenarios/scenario.ts";

export function answer(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    header: (name) => headers[name],
    text: () => (typeof body === "string" ? body : JSON.stringify(body)),
  };
}

/** An answer whose body must not be needed. */
export function unreadable(status: number): Answer {
  return {
    status,
    header: () => undefined,
    text: () => {
      throw new Error("this judge has no business with the body");
    },
  };
}

/** Good answers to every request; tries are accepted when `accepts` says so for their key, else sold out. */
export function wellBehaved(accepts: (key: string) => boolean): (request: ShopRequest) => Answer {
  const accepted = new Set<string>();
  const carts = new Map<string, Map<number, number>>();
  const attempt = (key: string): Answer => {
    if (!accepts(key)) return answer(409, { status: "sold-out" });
    accepted.add(key);
    return answer(201, { status: "accepted", orderId: `order-${key}` });
  };
  return ({ method, path, body = "{}", headers = {} }) => {
    const [, first = "", second = ""] = path.split(/[/?]/);
    const key = headers["idempotency-key"] ?? "";
    const user = headers["x-user"] ?? "";
    if (first === "cart") {
      const cart = carts.get(user) ?? new Map<number, number>();
      carts.set(user, cart);
      const { itemId } = JSON.parse(body) as { itemId?: number };
      if (itemId !== undefined) cart.set(itemId, (cart.get(itemId) ?? 0) + 1);
      const lines = [...cart].map(([item, units]) => ({ itemId: item, units }));
      return method === "POST" ? answer(201, { status: "ok" }) : answer(200, { lines });
    }
    if (method === "POST") {
      if (first === "seckill" || first === "order") return attempt(key);
      if (first === "login")
        return answer(201, { status: "ok" }, { "set-cookie": `session=of-${user}; Path=/` });
      if (first === "pay") return answer(200, { status: "paid" });
      return answer(first === "favourite" ? 201 : 200, { status: "ok" });
    }
    if (first === "orders") return answer(200, { orders: [{ orderId: decodeURIComponent(second) }] });
    if (first === "item") return answer(200, { item: { id: Number(second) } });
    if (first !== "seckill") return answer(200);
    if (second !== "result") return answer(200, { sale: { saleId: Number(second) } });
    const asked = decodeURIComponent(path.split(/[/?]/)[3] ?? "");
    return answer(200, { status: accepted.has(asked) ? "accepted" : "none" });
  };
}
