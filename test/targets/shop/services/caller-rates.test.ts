import { expect, test } from "vitest";
import { CallerRates } from "../../../../targets/shop/services/caller-rates.ts";
import { Watch } from "./watch.ts";

function limited(callsPerS: number) {
  const watch = new Watch();
  const rates = new CallerRates({ callsPerS, nowMs: watch.now });
  /** How many of so many calls at this instant are admitted. */
  const admitted = (tries: number, service = "order", caller = "home-app") =>
    Array.from({ length: tries }, () => rates.admits(service, caller)).filter(Boolean).length;
  return { watch, admitted };
}

test("a caller may make one second's calls at once, and from then on as many as the rate", () => {
  const { watch, admitted } = limited(10);
  expect(admitted(50)).toBe(10);
  let inTenSeconds = 0;
  for (let step = 0; step < 160; step++) {
    watch.ms += 62.5;
    inTenSeconds += admitted(3);
  }
  expect(inTenSeconds).toBe(100);
});

test("what one caller uses up is missing to nobody else, nor at another service", () => {
  const { admitted } = limited(5);
  expect(admitted(20, "order", "home-app")).toBe(5);
  expect(admitted(20, "order", "trade-app")).toBe(5);
  expect(admitted(20, "stock", "home-app")).toBe(5);
  expect(admitted(20, "order", "home-app")).toBe(0);
});

test("a rate below one lets a call through now and then", () => {
  const { watch, admitted } = limited(0.5);
  expect(admitted(5)).toBe(1);
  watch.ms += 1_999;
  expect(admitted(5)).toBe(0);
  watch.ms += 1;
  expect(admitted(5)).toBe(1);
});

test("however many names there are, the busy ones are not forgotten for them", () => {
  const { admitted } = limited(5);
  expect(admitted(5)).toBe(5);
  for (let name = 0; name < 5_000; name++) {
    admitted(1, "order", `stranger ${name}`);
    expect(admitted(1), `after ${name} strangers`).toBe(0);
  }
});
