import { describe, expect, test } from "vitest";
import { isChosen } from "../../../../chaos/relay/cohort.ts";
import { Relay } from "../../../../chaos/relay/relay.ts";
import { ManualClock } from "../../../fakes/manual-clock.ts";
import { edge } from "./callee.ts";

async function openRelay() {
  const clock = new ManualClock();
  const relay = new Relay({ clock });
  await relay.answer({ ask: "open", edge, upstream: "127.0.0.1:1", host: "127.0.0.1" });
  const does = { kind: "latency", delayMs: 1, jitterMs: 0, way: "up" } as const;
  const fault = { id: "slow", edges: [edge], does, share: 1, seed: 1, leaseMs: 1_000 };
  await relay.answer({ ask: "put", fault });
  const isOn = async () => {
    const answer = await relay.answer({ ask: "seen", fault: "slow" });
    return answer.ok && answer.seen?.isOn;
  };
  return { clock, relay, fault, isOn, [Symbol.asyncDispose]: () => relay.close() };
}

describe("a fault in the relay", () => {
  test("is gone by itself when its lease is over", async () => {
    await using stand = await openRelay();
    stand.clock.pass(999);
    expect(await stand.isOn()).toBe(true);
    stand.clock.pass(1);
    expect(await stand.isOn()).toBe(false);
  });

  test("is kept up by renewing", async () => {
    await using stand = await openRelay();
    stand.clock.pass(900);
    await stand.relay.answer({ ask: "renew", fault: "slow" });
    stand.clock.pass(900);
    expect(await stand.isOn()).toBe(true);
    stand.clock.pass(100);
    expect(await stand.isOn()).toBe(false);
  });

  test("that was lifted by somebody else does not come back with a renewal", async () => {
    await using stand = await openRelay();
    await stand.relay.answer({ ask: "lift", fault: "slow" });
    expect(await stand.relay.answer({ ask: "renew", fault: "slow" })).toEqual({ ok: true });
    expect(await stand.isOn()).toBe(false);
  });

  test("on an edge that is not led is refused", async () => {
    await using stand = await openRelay();
    const elsewhere = { ...stand.fault, id: "other", edges: [{ from: "a", to: "b" }] };
    expect(await stand.relay.answer({ ask: "put", fault: elsewhere })).toEqual({
      ok: false,
      because: "the edge a>b does not lead through the relay",
    });
  });

  test("counts anew when it is put again after it was lifted", async () => {
    await using stand = await openRelay();
    await stand.relay.answer({ ask: "lift", fault: "slow" });
    await stand.relay.answer({ ask: "put", fault: stand.fault });
    expect(await stand.relay.answer({ ask: "seen", fault: "slow" })).toMatchObject({
      seen: { isOn: true, connections: 0 },
    });
  });
});

describe("the cohort", () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `shop>db#${index}`);

  test("is about the share that was asked for", () => {
    const chosen = names.filter((name) => isChosen({ id: "a", seed: 3, share: 0.1 }, name)).length;
    expect(chosen).toBeGreaterThan(850);
    expect(chosen).toBeLessThan(1_150);
  });

  test("grows with the share without letting anybody go", () => {
    const few = names.filter((name) => isChosen({ id: "a", seed: 3, share: 0.1 }, name));
    expect(few.every((name) => isChosen({ id: "a", seed: 3, share: 0.3 }, name))).toBe(true);
  });

  test("is another one for another fault, and for another seed", () => {
    const of = (id: string, seed: number) =>
      names.filter((name) => isChosen({ id, seed, share: 0.1 }, name)).join();
    expect(new Set([of("a", 3), of("b", 3), of("a", 4)]).size).toBe(3);
  });
});
