import { Metadata, status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import { Answering } from "../../../../targets/shop/services/answering.ts";
import { CallFailed } from "../../../../targets/shop/services/call-failed.ts";
import { failureOf, undone } from "../../../../targets/shop/services/grpc-outcome.ts";
import { Watch } from "./watch.ts";

interface Said {
  readonly error: { readonly code: number; readonly metadata: Metadata; readonly details: string } | null;
  readonly answer: unknown;
}

/** A service that answers at most two calls at once, and what it says and counts. */
function answering(
  rates?: { admits(service: string, caller: string): boolean },
  defects = { fails: () => false, extraMs: (_tookMs: number) => 0 },
) {
  const watch = new Watch();
  const outcomes: string[] = [];
  const service = new Answering({
    inFlightLimit: 2,
    ...{ rates, defects },
    log: { info: () => {}, error: () => {} },
    observe: (method, outcome) => outcomes.push(`${method} ${outcome}`),
    nowMs: watch.now,
    epochMs: watch.now,
  });
  /** Calls as gRPC does; the deadline is the instant at which whoever asks gives up. */
  const call = (work: () => Promise<unknown>, deadlineMs = Number.POSITIVE_INFINITY) =>
    new Promise<Said>((resolve) => {
      const handler = service.unary("shop.v1.OrderService", "PlaceOrder", work);
      const metadata = new Metadata();
      metadata.set("caller", "trade-app");
      const asked = { request: {}, metadata, getDeadline: () => deadlineMs };
      handler(asked as never, (error, answer) => resolve({ error: error as Said["error"], answer }));
    });
  return { service, watch, outcomes, call };
}

test("what is done is answered, and counted", async () => {
  const { call, outcomes, service } = answering();
  expect(await call(async () => "done")).toEqual({ error: null, answer: "done" });
  expect([outcomes, service.inFlight]).toEqual([["PlaceOrder done"], 0]);
});

test("more calls than it can take are refused at once with nothing done, and it takes others afterwards", async () => {
  const { call, outcomes } = answering();
  let finish: (answer: string) => void = () => {};
  const slow = new Promise<string>((resolve) => (finish = resolve));
  const inHand = [call(() => slow), call(() => slow)];
  let isDone = false;
  const refused = await call(async () => (isDone = true));
  expect(isDone).toBe(false);
  expect(refused.error?.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(failureOf("/x", refused.error as never)).toMatchObject({ name: "NotDone", reason: "full" });
  finish("done");
  expect((await Promise.all(inHand)).map(({ answer }) => answer)).toEqual(["done", "done"]);
  expect((await call(async () => "done")).answer).toBe("done");
  expect(outcomes).toEqual(["PlaceOrder full", ...Array(3).fill("PlaceOrder done")]);
});

test("nothing is begun for a caller who has given up", async () => {
  const { call, outcomes, watch } = answering();
  let isDone = false;
  const { error } = await call(async () => (isDone = true), watch.ms);
  expect(isDone).toBe(false);
  expect(failureOf("/x", error as never)).toMatchObject({ name: "NotDone", reason: "undone" });
  expect(outcomes).toEqual(["PlaceOrder late"]);
});

test("a caller who calls too often is refused with nothing done; other refusals use up nothing of its rate", async () => {
  const asked: string[] = [];
  const { call, outcomes, watch } = answering({
    admits(service, caller) {
      asked.push(`${caller} to ${service}`);
      return asked.length < 2;
    },
  });
  await call(async () => "late", watch.ms);
  expect((await call(async () => "done")).answer).toBe("done");
  let isDone = false;
  const { error } = await call(async () => (isDone = true));
  expect(isDone).toBe(false);
  expect(failureOf("/x", error as never)).toMatchObject({ name: "NotDone", reason: "full" });
  expect(asked).toEqual(Array(2).fill("trade-app to shop.v1.OrderService"));
  expect(outcomes).toEqual(["PlaceOrder late", "PlaceOrder done", "PlaceOrder over-rate"]);
});

test("a planted defect fails without a word of what was done, and without doing it", async () => {
  const { call, outcomes } = answering(undefined, { fails: () => true, extraMs: () => 0 });
  let isDone = false;
  const { error } = await call(async () => (isDone = true));
  expect([isDone, outcomes]).toEqual([false, ["PlaceOrder unknown"]]);
  expect(failureOf("/x", error as never)).toBeInstanceOf(CallFailed);
});

test("a planted delay is part of the call: it stays in hand until it is answered", async () => {
  let asked = 0;
  const extraMs = () => {
    asked++;
    return 5;
  };
  const { call, service } = answering(undefined, { fails: () => false, extraMs });
  const answer = call(async () => "done");
  await expect.poll(() => asked, { interval: 1 }).toBe(1);
  expect(service.inFlight).toBe(1);
  expect((await answer).answer).toBe("done");
  expect(service.inFlight).toBe(0);
});

test("what was undone says so over the wire, and nothing else does", async () => {
  const { call, outcomes, service } = answering();
  const rolledBack = await call(async () => {
    throw new NotDone("undone", "deadlock");
  });
  expect(failureOf("/x", rolledBack.error as never)).toMatchObject({ name: "NotDone", reason: "undone" });
  const broken = await call(() => {
    throw new Error("the connection broke under the COMMIT");
  });
  expect(failureOf("/x", broken.error as never)).toBeInstanceOf(CallFailed);
  expect(outcomes).toEqual(["PlaceOrder undone", "PlaceOrder unknown"]);
  expect(service.inFlight).toBe(0);
});

test.each(["full", "unreachable", "undone"] as const)(
  "a reason of %s is the same for who asked",
  (reason) => {
    const { metadata, details, code } = undone(new NotDone(reason, "why"));
    const error = Object.assign(new Error(details), { metadata, details, code });
    expect(failureOf("/x", error)).toMatchObject({ name: "NotDone", reason });
  },
);

test.each([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.DEADLINE_EXCEEDED, status.CANCELLED])(
  "status %s alone does not say that nothing was done",
  (code) => {
    const error = Object.assign(new Error("x"), { code, details: "x", metadata: new Metadata() });
    expect(failureOf("/x", error)).toBeInstanceOf(CallFailed);
  },
);
