/** What a shopper does who has logged in, and whether he finds again what he has done. See docs/shop-api.md. */
import { isGood } from "../../metrics/outcome.ts";
import type { Answer, Operation, Shopper } from "../scenario.ts";
import { bodyOf, otherwise } from "./answers.ts";
import { get, post, writeKey } from "./asking.ts";
import { cookiesOf, keepCookies } from "./cookies.ts";
import { orderConfirm as order } from "./writing.ts";

/** Lines of a cart that are shown, and units of one item in it, at most. Source: docs/shop-api.md. */
const shownLines = 100;
const mostUnits = 99;

/** Whether the shop has forgotten who this is: there is nothing more to do for him then. */
export const isForgotten = ({ memory }: Shopper): boolean => memory.has("forgotten");

export const login: Operation = {
  request: (shopper) => post(shopper, "/login", { key: writeKey(shopper, "l"), body: {} }),
  judge(answer, { memory }) {
    if (answer.status !== 201) return otherwise(answer);
    keepCookies(answer, memory);
    if (cookiesOf(memory) === undefined) return "wrong";
    memory.set("login", 1);
    return "ok";
  },
};

export const cartAdd = loggedIn({
  request(shopper) {
    const itemId = shopper.drawItem();
    shopper.memory.set("putting", itemId);
    return post(shopper, "/cart", { key: writeKey(shopper, "c"), body: { itemId, units: 1 } });
  },
  judge(answer, { memory }) {
    if (answer.status !== 201) return otherwise(answer);
    const put = `put:${memory.get("putting")}`;
    memory.set(put, Number(memory.get(put) ?? 0) + 1);
    return "ok";
  },
});

/** The cart must show at least what was put into it: other visits of the same user may only have added to it. */
export const cartView = loggedIn({
  request: (shopper) => get(shopper, "/cart"),
  judge(answer, shopper) {
    if (answer.status !== 200) return otherwise(answer);
    const units = unitsIn(answer);
    if (units === undefined) return "wrong";
    const atLeast = (noted: string): boolean | undefined => {
      const marks = [...shopper.memory].filter(([key]) => key.startsWith(noted));
      if (marks.length === 0) return undefined;
      return marks.every(([key, least]) => {
        const shown = units.get(Number(key.slice(noted.length)));
        return shown === undefined ? units.size >= shownLines : shown >= Math.min(Number(least), mostUnits);
      });
    };
    const [hasOwn, hasSeen] = [atLeast("put:"), atLeast("seen:")];
    if (hasOwn !== undefined) shopper.saw("read-your-writes", hasOwn);
    if (hasSeen !== undefined) shopper.saw("monotonic-reads", hasSeen);
    for (const [itemId, shown] of units)
      if (shopper.memory.has(`put:${itemId}`)) shopper.memory.set(`seen:${itemId}`, shown);
    return hasOwn === false || hasSeen === false ? "wrong" : "ok";
  },
});

export const orderConfirm = loggedIn(order);

/** The order confirmed earlier in the journey must be there; else the list of all, in which nothing is looked for. */
export const orderLook = loggedIn({
  request(shopper) {
    const orderId = shopper.memory.get("order");
    return get(shopper, orderId === undefined ? "/orders?page=1" : `/orders/${encodeURIComponent(orderId)}`);
  },
  judge(answer, shopper) {
    const { memory } = shopper;
    const orderId = memory.get("order");
    const isAbsent = answer.status === 404 && bodyOf(answer)?.status === "absent";
    if (orderId === undefined || !(answer.status === 200 || isAbsent)) {
      return answer.status === 200 ? "ok" : otherwise(answer);
    }
    const isThere = !isAbsent && hasOrder(answer, orderId);
    shopper.saw("read-your-writes", isThere);
    if (memory.has("order-seen")) shopper.saw("monotonic-reads", isThere);
    if (isThere) memory.set("order-seen", 1);
    return isThere ? "ok" : "wrong";
  },
});

/**
 * The same with the cookies of this shopper. A shop that does not know his login any more has lost it: what he did is
 * out of his reach, although he was told that he is in. One that cannot say (503) has lost nothing yet.
 */
function loggedIn(operation: Operation): Operation {
  return {
    ...operation,
    request(shopper) {
      const request = operation.request(shopper);
      const cookie = cookiesOf(shopper.memory);
      return cookie === undefined ? request : { ...request, headers: { ...request.headers, cookie } };
    },
    judge(answer, shopper) {
      const { memory } = shopper;
      keepCookies(answer, memory);
      if (memory.has("login") && answer.status === 401 && bodyOf(answer)?.status === "no-session") {
        memory.set("forgotten", 1);
        shopper.saw("session-kept", false);
        return "wrong";
      }
      const outcome = operation.judge!(answer, shopper);
      if (memory.has("login") && (isGood(outcome) || outcome === "wrong")) shopper.saw("session-kept", true);
      return outcome;
    },
  };
}

function unitsIn(answer: Answer): ReadonlyMap<number, number> | undefined {
  const lines = bodyOf(answer)?.lines;
  if (!Array.isArray(lines)) return undefined;
  return new Map(
    lines.map(({ itemId, units }: { itemId: unknown; units: unknown }) => [Number(itemId), Number(units)]),
  );
}

function hasOrder(answer: Answer, orderId: string | number): boolean {
  const orders = bodyOf(answer)?.orders;
  return Array.isArray(orders) && orders.some((order) => String(order?.orderId) === String(orderId));
}
