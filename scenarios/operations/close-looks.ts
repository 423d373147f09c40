/** Looking at what is shown and not only whether anything is: what claims about pictures, pages and searches need. */
import type { Answer, Operation, Shopper } from "../scenario.ts";
import { bodyOf, otherwise } from "./answers.ts";
import { get } from "./asking.ts";
import { search } from "./reading.ts";

/** The picture of an item, which every item has: that there is none is a wrong answer. */
export const picture: Operation = {
  request(shopper) {
    shopper.memory.set("asked-picture", shopper.drawItem());
    return again(shopper);
  },
  judge: shown,
};

/** The same picture once more. */
export const pictureAgain: Operation = { request: again, judge: shown };

/** The same picture for the last time: whoever does not get it now does not get it at all. */
export const pictureAtLast: Operation = {
  request: again,
  judge: (answer, shopper) => (shown(answer, shopper) === "ok" ? "ok" : "wrong"),
};

function again(shopper: Shopper) {
  return get(shopper, `/image/${shopper.memory.get("asked-picture")}`);
}

/** Each says of which item it is (docs/shop-api.md). */
function shown(answer: Answer, { memory }: Shopper) {
  if (answer.status === 404) return "wrong";
  if (answer.status !== 200) return otherwise(answer);
  const drawing = answer.text();
  return drawing.startsWith("<svg") && drawing.includes(`>${memory.get("asked-picture")}</text>`)
    ? "ok"
    : "wrong";
}

/** How many items a page of a list or of a search shows. Source: docs/shop-api.md. */
const pageLength = 20;

/** A search of which every item found must have all that was looked for, and the first page as many as there are room for. */
export const exactSearch: Operation = {
  request(shopper) {
    const request = search.request(shopper);
    const words = new URL(request.path, "http://shop").searchParams.get("q") ?? "";
    shopper.memory.set("looked-for", words);
    return request;
  },
  judge(answer, { memory }) {
    if (answer.status !== 200) return otherwise(answer);
    const { items, total } = bodyOf(answer) ?? {};
    if (!Array.isArray(items) || !Number.isSafeInteger(total)) return "wrong";
    if (items.length !== Math.min(pageLength, Number(total))) return "wrong";
    const words = String(memory.get("looked-for")).toLowerCase().split(" ");
    const isFound = (name: unknown) =>
      typeof name === "string" && words.every((word) => name.toLowerCase().includes(word));
    return items.every((item) => isFound(item?.name)) ? "ok" : "wrong";
  },
};

/** Past orders with the names of what was bought. Somebody who has just ordered must find at least that. */
export const orderHistory: Operation = {
  request: (shopper) => get(shopper, "/orders/history?page=1"),
  judge(answer, { memory }) {
    if (answer.status !== 200) return otherwise(answer);
    const { orders } = bodyOf(answer) ?? {};
    if (!Array.isArray(orders)) return "wrong";
    return orders.length > 0 || !memory.has("order") ? "ok" : "wrong";
  },
};
