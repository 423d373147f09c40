import { expect, test } from "vitest";
import {
  Autoscaler,
  type ScaledMember,
  type ScalingEvent,
} from "../../../../targets/launch/compose/autoscaler.ts";
import type { Operations } from "../../../../targets/running-target.ts";
import type { Autoscale } from "../../../../targets/target.ts";
import { ManualClock } from "../../../fakes/manual-clock.ts";

/** A node of members that use what they are told, on a clock of its own. */
class Desk {
  readonly clock = new ManualClock();
  readonly events: ScalingEvent[] = [];
  readonly #members = ["app"];
  readonly #cpuS = new Map<string, number>();
  usedRatio = 0;

  open(autoscale: Autoscale): Autoscaler {
    const operations: Operations = {
      scalable: () => [{ node: "app", members: this.#members.length, least: 1, most: 4 }],
      scale: async (_node, count) => {
        const added: string[] = [];
        const removed: string[] = [];
        while (this.#members.length < count)
          added.push(`app-${this.#members.length + 1}`) && this.#members.push(added.at(-1)!);
        while (this.#members.length > count) removed.push(this.#members.pop()!);
        return { added, removed, tookMs: 0 };
      },
      rollingUpdate: async () => ({ members: [], tookMs: 0 }),
    };
    return new Autoscaler({
      autoscale,
      operations,
      members: () => this.#members.map((name): ScaledMember => ({ name, node: "app", cpuMillicores: 200 })),
      usage: async () =>
        this.#members.map((node) => ({
          node,
          cpuS: this.#cpuS.get(node) ?? 0,
          periods: 0,
          throttledPeriods: 0,
        })),
      note: (event) => this.events.push(event),
      clock: this.clock,
    });
  }

  /** Seconds in which every member uses `usedRatio` of its budget. */
  async pass(seconds: number): Promise<void> {
    await this.#settle();
    for (let second = 0; second < seconds; second++) {
      for (const name of this.#members) {
        this.#cpuS.set(name, (this.#cpuS.get(name) ?? 0) + this.usedRatio * 0.2);
      }
      this.clock.pass(1_000);
      await this.#settle();
    }
  }

  /** Whatever is due now is done, which takes a few turns of promises. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

test("under load it orders members, which serve only after they were provisioned and are paid for from the order on", async () => {
  const desk = new Desk();
  const scaler = desk.open({ mode: "reactive", provisioningS: 6 });
  desk.usedRatio = 1;
  scaler.start();
  await desk.pass(4);
  expect(desk.events).toMatchObject([{ atS: 3, event: "ordered", node: "app", members: 2 }]);
  expect(scaler.bill()).toEqual({ atS: 4, nodeS: 4 + 1, most: 2 });
  desk.usedRatio = 0.5;
  await desk.pass(6);
  expect(desk.events.at(-1)).toMatchObject({ atS: 9, event: "added", members: 2 });
  // One member for 10 s, and one more since 3 s.
  expect(scaler.bill()).toEqual({ atS: 10, nodeS: 10 + 7, most: 2 });
  await scaler.stop();
});

test("what is no longer needed is given back after the calm, and no longer paid for", async () => {
  const desk = new Desk();
  const scaler = desk.open({ mode: "reactive", provisioningS: 0 });
  desk.usedRatio = 1;
  scaler.start();
  await desk.pass(4);
  desk.usedRatio = 0.05;
  await desk.pass(70);
  expect(desk.events.map(({ event }) => event)).toContain("removed");
  const { nodeS } = scaler.bill();
  await desk.pass(10);
  expect(scaler.bill().nodeS).toBeCloseTo(nodeS + 10, 6);
  await scaler.stop();
});

test.each(["off", "pre-scale"] as const)(
  "%s changes nothing while it runs, and is billed all the same",
  async (mode) => {
    const desk = new Desk();
    const scaler = desk.open({ mode, provisioningS: 6 });
    desk.usedRatio = 1;
    scaler.start();
    await desk.pass(20);
    expect(desk.events).toEqual([]);
    expect(scaler.bill()).toEqual({ atS: 20, nodeS: 20, most: 1 });
    await scaler.stop();
  },
);
