/** The shopkeeper changes an item. */
import { type Answer, absent, ok, purging } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { Shelf } from "../shelf.ts";

const PRICE_MAX = 100_000_000;
const NAME_LENGTH = 200;

export function adminRoutes(shelf: Shelf): readonly Route[] {
  return [
    {
      name: "admin",
      method: "POST",
      path: "/admin/item",
      isShed: true,
      handle: (call) => change(shelf, call),
    },
  ];
}

async function change(shelf: Shelf, call: Call): Promise<Answer> {
  const itemId = call.whole("itemId");
  const price = call.optionalWhole("price", 1, PRICE_MAX);
  const name = call.optionalText("name", NAME_LENGTH);
  call.check();
  const to = { ...(price !== undefined && { price }), ...(name !== undefined && { name }) };
  return (await shelf.change(itemId, to)) ? { ...ok, headers: purging } : absent;
}
