/** The flash sale as shoppers meet it: page, try, result. */
import { type Answer, absent, busy, json, page, refused } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { Desk, Tried } from "../sale/desk.ts";
import { placedAnswer } from "./orders.ts";

/** Sale ids count in steps of 64, so they outgrow int4 long before the tables do. */
const SALE_ID_MAX = Number.MAX_SAFE_INTEGER;

export function seckillRoutes(desk: Desk): readonly Route[] {
  return [
    {
      name: "seckill_page",
      method: "GET",
      path: "/seckill/:saleId",
      isShed: true,
      handle(call) {
        const saleId = call.id(SALE_ID_MAX);
        call.check();
        const found = desk.page(saleId);
        return found instanceof Promise ? found.then(pageOrAbsent) : pageOrAbsent(found);
      },
    },
    {
      name: "seckill_try",
      method: "POST",
      path: "/seckill/:saleId",
      isShed: true,
      handle(call) {
        const attempt = { userId: call.user(), key: call.key() };
        const saleId = call.id(SALE_ID_MAX);
        call.check();
        return desk.tryToBuy(saleId, attempt).then(triedAnswer);
      },
    },
    {
      name: "seckill_result",
      method: "GET",
      path: "/seckill/result/:key",
      isShed: true,
      handle: (call) => result(desk, call),
    },
  ];
}

function triedAnswer(tried: Tried): Answer {
  switch (tried.status) {
    case "absent":
      return absent;
    case "not-open":
      return refused("not-open");
    case "busy":
      return busy;
    case "pending":
      return json(202, tried);
    default:
      return placedAnswer(tried);
  }
}

async function result(desk: Desk, call: Call): Promise<Answer> {
  const key = call.keyInPath();
  const saleId = call.wholeQuery("saleId", SALE_ID_MAX);
  call.check();
  return json(200, await desk.result(key, saleId));
}

const pageOrAbsent = (found: string | null) => (found === null ? absent : page(found));
