/** The flash sale itself: its page, the try to buy, and the wait for the result. */
import { Failure } from "../../base/failure.ts";
import type { Operation, Sale, Shopper, World } from "../scenario.ts";
import { bodyOf, objectIn, otherwise, sold } from "./answers.ts";
import { get, post, writeKey } from "./asking.ts";

/** @throws {Failure} `target` when no sale was opened */
export function saleOf(world: World): Sale {
  if (world.sale !== undefined) return world.sale;
  throw new Failure("target", "no sale is open, so there is nothing to rush for", {
    hint: "a flash sale needs a target that keeps books; see docs/audit.md",
  });
}

export const seckillPage: Operation = {
  request: (shopper) => get(shopper, `/seckill/${saleOf(shopper.world).saleId}`),
  judge(answer, shopper) {
    if (answer.status !== 200) return otherwise(answer);
    const saleId = objectIn(bodyOf(answer), "sale")?.saleId;
    return Number(saleId) === saleOf(shopper.world).saleId ? "ok" : "wrong";
  },
};

/** The detail page of the item on sale: during a flash sale nobody looks at anything else. */
export const saleDetail: Operation = {
  request: (shopper) => get(shopper, `/item/${saleOf(shopper.world).itemId}`),
  judge(answer, shopper) {
    if (answer.status !== 200) return otherwise(answer);
    const id = objectIn(bodyOf(answer), "item")?.id;
    return Number(id) === saleOf(shopper.world).itemId ? "ok" : "wrong";
  },
};

/**
 * Notes under which key the try was made, and what came of it, for the result. A promise (202) is a yes: from then on it
 * has to become an order, or be taken back in words that the shopper finds when he asks, and that the books have.
 */
export const seckillTry: Operation = {
  attempts: true,
  request(shopper) {
    const key = shopper.attemptKey();
    shopper.memory.set("try", key);
    shopper.memory.delete("try-outcome"); // unknown again until this one is answered
    return post(shopper, `/seckill/${saleOf(shopper.world).saleId}`, { key });
  },
  judge(answer, shopper) {
    if (answer.status === 202 && bodyOf(answer)?.status === "pending") {
      shopper.memory.set("try-outcome", "pending");
      return "ok";
    }
    const outcome = sold(answer);
    shopper.memory.set("try-outcome", outcome);
    return outcome;
  },
};

/** Whether this shopper waits to be told what became of a promise. */
export const isPromised = ({ memory }: Shopper): boolean => memory.get("try-outcome") === "pending";

/**
 * What became of this shopper's last try. Wrong when it contradicts what the shopper was told. One who never tried
 * asks with a key nobody has, as from an old bookmark, and must be told "none".
 */
export const seckillResult: Operation = {
  request(shopper) {
    const key = shopper.memory.get("try") ?? writeKey(shopper, "r");
    const { saleId } = saleOf(shopper.world);
    return get(shopper, `/seckill/result/${encodeURIComponent(key)}?saleId=${saleId}`);
  },
  judge(answer, shopper) {
    const { memory } = shopper;
    if (answer.status !== 200) return otherwise(answer);
    const status = bodyOf(answer)?.status;
    if (!isResult(status)) return "wrong";
    if (!memory.has("try")) return status === "none" ? "ok" : "wrong";
    const isTakenBack = status === "sold-out" || status === "refused";
    const told = memory.get("try-outcome");
    const isKept = status === "accepted" || status === "pending" || (told === "pending" && isTakenBack);
    if (told === "ok" || told === "pending") shopper.saw("read-your-writes", isKept);
    switch (told) {
      case "ok":
        return status === "accepted" || status === "pending" ? "ok" : "wrong";
      case "pending":
        if (status === "accepted") memory.set("try-outcome", "ok");
        if (isTakenBack) memory.set("try-outcome", "taken-back");
        return status === "none" ? "wrong" : "ok";
      case "taken-back":
        return isTakenBack ? "ok" : "wrong";
      case "sold-out":
      case "refused":
        return status === "none" ? "ok" : "wrong";
      default:
        return "ok"; // the client cannot know better
    }
  },
};

const results = ["accepted", "pending", "none", "sold-out", "refused"] as const;
const isResult = (status: unknown): status is (typeof results)[number] =>
  results.includes(status as (typeof results)[number]);
