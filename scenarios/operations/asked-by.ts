/** An operation as somebody else: the shopper's number stands for his address, and for whose limit counts. */
import type { Operation, Shopper } from "../scenario.ts";

/** @param who the number asked under; undefined: the shopper's own */
export const askedBy = (operation: Operation, who: (shopper: Shopper) => number | undefined): Operation => ({
  ...operation,
  request(shopper) {
    const request = operation.request(shopper);
    const userId = who(shopper);
    if (userId === undefined) return request;
    return { ...request, headers: { ...request.headers, "x-user": String(userId) } };
  },
});
