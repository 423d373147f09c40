/** Answers of a shop, in its own words (docs/shop-api.md), without a shop. */
import type { Answer, ShopRequest } from "../../scenarios/scenario.ts";

export function answer(status: number, body: unknown = {}): Answer {
  return {
    status,
    header: () => undefined,
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
  const attempt = (key: string): Answer => {
    if (!accepts(key)) return answer(409, { status: "sold-out" });
    accepted.add(key);
    return answer(201, { status: "accepted", orderId: `order-${key}` });
  };
  return ({ method, path, headers = {} }) => {
    const [, first = "", second = ""] = path.split(/[/?]/);
    const key = headers["idempotency-key"] ?? "";
    if (method === "POST") {
      if (first === "seckill" || first === "order") return attempt(key);
      if (first === "pay") return answer(200, { status: "paid" });
      return answer(first === "cart" || first === "favourite" ? 201 : 200, { status: "ok" });
    }
    if (first === "item") return answer(200, { item: { id: Number(second) } });
    if (first !== "seckill") return answer(200);
    if (second !== "result") return answer(200, { sale: { saleId: Number(second) } });
    const asked = decodeURIComponent(path.split(/[/?]/)[3] ?? "");
    return answer(200, { status: accepted.has(asked) ? "accepted" : "none" });
  };
}
