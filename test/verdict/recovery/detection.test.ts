/** Who said what of a fault that was seen to bite at 10 s and to be gone at 20 s. */
import { expect, test } from "vitest";
import type { Detection, Watched } from "../../../metrics/detection.ts";
import { type NoticedWhen, noticedOf } from "../../../verdict/recovery/detection.ts";

const balancer = { by: "l4-1", source: "health-check", about: ["shop-1", "shop-2"] } as const;
const proxy = { by: "proxy-1", source: "failed-tries", about: ["shop-1", "shop-2"] } as const;
const shopLog = { by: "shop-1", source: "log", about: ["db"] } as const;

const said = (
  atS: number,
  { by, source }: Pick<Detection, "by" | "source">,
  about: readonly string[],
  more: Partial<Detection> = {},
): Detection => ({ atS, by, source, about, isBack: false, says: "it is down", ...more });

const when: NoticedWhen = { fromS: 10, effectS: 10, clearS: 20, calmS: 9 };
const killed = { nodes: ["shop-1"], edges: [] };

const noticed = (detections: readonly Detection[], more: Partial<Watched> = {}, how = when) =>
  noticedOf({ detectors: [balancer, proxy, shopLog], detections, traffic: [], ...more }, killed, how);

test("the first that says so counts, and each is told once", () => {
  const seen = noticed([
    said(10.8, proxy, ["shop-1"]),
    said(11.4, balancer, ["shop-1"]),
    said(12.9, proxy, ["shop-1"]),
  ]);
  expect(seen).toEqual({
    detectS: 0.8,
    by: [
      { by: "proxy-1", source: "failed-tries", says: "it is down", afterS: 0.8 },
      { by: "l4-1", source: "health-check", says: "it is down", afterS: 1.4 },
    ],
  });
});

test.each([
  {
    why: "it is said of another node",
    detections: [said(11, balancer, ["shop-2"])],
    because: "l4-1 (health checks) and proxy-1 (count of failed tries) said nothing of it",
  },
  {
    why: "it says that all is well",
    detections: [said(11, balancer, ["shop-1"], { isBack: true })],
    because: "l4-1 (health checks) and proxy-1 (count of failed tries) said nothing of it",
  },
  {
    why: "it comes too late",
    detections: [said(21.5, balancer, ["shop-1"])],
    because: "l4-1 said so only 1.5 s after it was gone",
  },
])("a target is silent when $why", ({ detections, because }) => {
  expect(noticed(detections)).toEqual({ by: [], because, isSilent: true });
});

test("who cries without a fault is not believed under one", () => {
  const crying = [said(-3, proxy, ["shop-1"]), said(10.2, proxy, ["shop-1"])];
  expect(noticed([...crying, said(12, balancer, ["shop-1"])])).toMatchObject({
    detectS: 2,
    by: [{ by: "l4-1" }],
  });
  expect(noticed(crying, { detectors: [proxy] })).toEqual({
    by: [],
    because: "proxy-1 (count of failed tries) said so before anything had been done, too",
  });
});

test("what was said before the fault was seen is noticed at once, and not before it was due", () => {
  const late = { ...when, effectS: 12 };
  expect(noticed([said(10.5, balancer, ["shop-1"])], {}, late).detectS).toBe(0);
  expect(noticed([said(9.5, balancer, ["shop-1"])], {}, late).detectS).toBeUndefined();
});

test("where nobody watches the node there is nothing to hear, and nobody is silent", () => {
  expect(noticed([], { detectors: [shopLog] })).toEqual({
    by: [],
    because: "nothing in the target that we could read watches shop-1",
  });
});

test("of an edge the node at its end tells, and of the whole target nobody in particular", () => {
  const watched: Watched = { detectors: [shopLog], detections: [said(11, shopLog, ["db"])], traffic: [] };
  expect(noticedOf(watched, { nodes: [], edges: ["shop-1>db"] }, when).detectS).toBe(1);
  expect(noticedOf(watched, { nodes: [], edges: ["shop-2>db"] }, when).detectS).toBeUndefined();
  expect(noticedOf(watched, { nodes: [], edges: [] }, when)).toEqual({
    by: [],
    because: "it was done to no node in particular",
  });
});
