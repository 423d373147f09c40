/** The flash sale as shoppers meet it: page, try, result. */
import type { SaleData, SaleRow } from "../data/sales.ts";
import { type Answer, absent, busy, json, page, refused } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { SaleDesk } from "../sale/sale-desk.ts";
import type { Attempt, Taken } from "../sale/strategy.ts";
import { placedAnswer } from "./orders.ts";

/** Sale ids count in steps of 64, so they outgrow int4 long before the tables do. */
const SALE_ID_MAX = Number.MAX_SAFE_INTEGER;

export function seckillRoutes(desk: SaleDesk, sales: SaleData, epochMs: () => number): readonly Route[] {
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
        const sale = sales.find(saleId);
        const go = (found: SaleRow | undefined) => tryToBuy(desk, found, attempt, epochMs());
        return sale instanceof Promise ? sale.then(go) : go(sale);
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

function tryToBuy(
  desk: SaleDesk,
  sale: SaleRow | undefined,
  attempt: Attempt,
  nowEpochMs: number,
): Answer | Promise<Answer> {
  if (!sale) return absent;
  if (nowEpochMs < sale.opensAtEpochMs) return refused("not-open");
  return desk.take(sale, attempt).then(takenAnswer);
}

function takenAnswer(taken: Taken): Answer {
  switch (taken.status) {
    case "busy":
      return busy;
    case "pending":
      return json(202, taken);
    default:
      return placedAnswer(taken);
  }
}

async function result(desk: SaleDesk, call: Call): Promise<Answer> {
  const key = call.keyInPath();
  const saleId = call.wholeQuery("saleId", SALE_ID_MAX);
  call.check();
  return json(200, await desk.result(key, saleId));
}

const pageOrAbsent = (found: string | null) => (found === null ? absent : page(found));
