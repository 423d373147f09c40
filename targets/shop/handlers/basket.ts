/** Before buying: cart, favourites, and the steps of the checkout. */
import type { Carts } from "../carts/carts.ts";
import { LEFT_OUT } from "../data/left-out.ts";
import { CART_UNITS_MAX, type Users } from "../data/users.ts";
import { type Answer, absent, done, json } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { Shelf } from "../shelf.ts";

const ADDRESS_LENGTH = 200;
const deliveries = ["standard", "express"] as const;
/** Whole cents. */
const DELIVERY_PRICE = { standard: 0, express: 1_000 } as const;

export function basketRoutes(shelf: Shelf, users: Users, carts: Carts): readonly Route[] {
  const write = { method: "POST", isShed: true } as const;
  return [
    { ...write, name: "cart_add", path: "/cart", handle: (call) => addToCart(shelf, carts, call) },
    {
      name: "cart_view",
      method: "GET",
      path: "/cart",
      isShed: true,
      handle: (call) => viewCart(carts, call),
    },
    { ...write, name: "favourite", path: "/favourite", handle: (call) => addFavourite(shelf, users, call) },
    {
      ...write,
      name: "checkout_step",
      path: "/checkout/address",
      handle: (call) => chooseAddress(users, call),
    },
    {
      ...write,
      name: "checkout_step",
      path: "/checkout/delivery",
      handle: (call) => chooseDelivery(users, call),
    },
    {
      ...write,
      name: "checkout_step",
      path: "/checkout/quote",
      handle: (call) => quote(shelf, users, carts, call),
    },
  ];
}

async function addToCart(shelf: Shelf, carts: Carts, call: Call): Promise<Answer> {
  const userId = call.user();
  const key = call.optionalKey();
  const itemId = call.whole("itemId");
  const units = call.optionalWhole("units", 1, CART_UNITS_MAX) ?? 1;
  call.check();
  if (!(await shelf.item(itemId))) return absent;
  await carts.addToCart(userId, itemId, units, key);
  return done;
}

async function viewCart(carts: Carts, call: Call): Promise<Answer> {
  const userId = call.user();
  call.check();
  return json(200, { lines: await carts.cart(userId) });
}

async function addFavourite(shelf: Shelf, users: Users, call: Call): Promise<Answer> {
  const userId = call.user();
  call.optionalKey();
  const itemId = call.whole("itemId");
  call.check();
  if (!(await shelf.item(itemId))) return absent;
  await users.addFavourite(userId, itemId);
  return done;
}

async function chooseAddress(users: Users, call: Call): Promise<Answer> {
  const userId = call.user();
  const asked = call.optionalText("address", ADDRESS_LENGTH);
  call.check();
  const address = asked ?? (await users.address(userId));
  if (address === undefined) return absent;
  await users.chooseAddress(userId, address);
  return json(200, { status: "ok", address });
}

async function chooseDelivery(users: Users, call: Call): Promise<Answer> {
  const userId = call.user();
  const delivery = call.optionalOneOf("option", deliveries) ?? "standard";
  call.check();
  await users.chooseDelivery(userId, delivery);
  return json(200, { status: "ok", delivery, price: DELIVERY_PRICE[delivery] });
}

/** The price of one item, or of the whole cart, with the delivery chosen. Items no longer sold are left out. */
async function quote(shelf: Shelf, users: Users, carts: Carts, call: Call): Promise<Answer> {
  const userId = call.user();
  const itemId = call.optionalWhole("itemId");
  const units = call.optionalWhole("units", 1, CART_UNITS_MAX) ?? 1;
  call.check();
  const [lines, delivery] = await Promise.all([
    itemId === undefined ? carts.cartToPrice(userId) : [{ itemId, units }],
    users.delivery(userId),
  ]);
  const items = await Promise.all(lines.map((line) => shelf.item(line.itemId)));
  const goods = items.reduce((sum, item, index) => sum + (item?.price ?? 0) * lines[index]!.units, 0);
  // Without what was chosen there is a price of the goods, and none of bringing them.
  if (delivery === LEFT_OUT)
    return json(200, { status: "ok", lines: lines.length, goods, total: goods, leftOut: ["delivery"] });
  const shipping = DELIVERY_PRICE[delivery];
  return json(200, { status: "ok", lines: lines.length, goods, delivery, shipping, total: goods + shipping });
}
