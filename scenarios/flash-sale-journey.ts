/** One buyer in a flash sale: page, try, try again, ask what came of it. All figures are our choice. */
import { bookOf } from "../metrics/outcome.ts";
import { isPromised } from "./operations/seckill.ts";
import type { Journey, Mix, Shopper } from "./scenario.ts";

/** Shares of requests before retries, from the opening until all is sold. */
const openMix = { seckill_page: 0.4, seckill_try: 0.4, seckill_result: 0.2 } as const satisfies Mix;
const resultRatio = openMix.seckill_result / openMix.seckill_try;

const retryRatio = 0.5;
const mostRetries = 3;
const backOffS = { least: 0.1, most: 1 } as const;
const think = { meanS: 0.5, capS: 3 } as const;
/** Whoever was promised a unit asks for it so often, and then goes on to something else. */
const mostAsks = 5;
const askAgainS = { least: 0.2, most: 1 } as const;

/**
 * Page, think, try; after a definite no perhaps again; then, half of the time, ask for the result. Who was promised a
 * unit asks until told what became of it.
 */
export const buy: Journey = function* (shopper) {
  yield { operation: "seckill_page" };
  let outcome = yield { operation: "seckill_try", afterS: thinkS(shopper) };
  for (let retry = 0; retry < mostRetries; retry++) {
    if (bookOf(outcome, true) !== "rejected" || !shopper.chance.happens(retryRatio)) break;
    const afterS = shopper.chance.between(backOffS.least, backOffS.most);
    outcome = yield { operation: "seckill_try", afterS };
  }
  if (isPromised(shopper)) {
    for (let ask = 0; ask < mostAsks && isPromised(shopper); ask++) {
      const afterS = shopper.chance.between(askAgainS.least, askAgainS.most);
      yield { operation: "seckill_result", afterS };
    }
  } else if (shopper.chance.happens(resultRatio))
    yield { operation: "seckill_result", afterS: thinkS(shopper) };
};

/**
 * Mean requests of `buy` when every try is turned down: page + tries + result, with
 * tries = 1 + r + r^2 + r^3 = (1 - r^4) / (1 - r) for a retry ratio r.
 */
export const meanRequestsOfBuy =
  openMix.seckill_page / openMix.seckill_try +
  (1 - retryRatio ** (mostRetries + 1)) / (1 - retryRatio) +
  resultRatio;

function thinkS({ chance }: Shopper): number {
  return chance.exponential(think.meanS, think.capS);
}
