import { expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { DueAnswers, type DueTools } from "../../../targets/known-latency/due-answers.ts";

/** Time goes on by a microsecond at every look; alarms ring up to 0.3 ms late, turns of the loop take 20 µs. */
class LateLoop implements DueTools {
  #nowMs = 0;
  readonly #chance = new Random(11);
  readonly #queue: { atMs: number; then: () => void }[] = [];

  nowMs(): number {
    return (this.#nowMs += 0.001);
  }

  after(delayMs: number, then: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs + this.#chance.between(0.05, 0.3), then };
    this.#queue.push(entry);
    return () => void this.#queue.splice(this.#queue.indexOf(entry), 1);
  }

  soon(then: () => void): void {
    this.#queue.push({ atMs: this.#nowMs + 0.02, then });
  }

  /** Until nothing is left to do. */
  run(): void {
    while (this.#queue.length > 0) {
      this.#queue.sort((a, b) => a.atMs - b.atMs);
      const { atMs, then } = this.#queue.shift()!;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      then();
    }
  }
}

test("every answer is given once, never early, and within 50 µs", () => {
  const loop = new LateLoop();
  const due = new DueAnswers(loop);
  const chance = new Random(3);
  const lateMs: number[] = [];
  for (let n = 0; n < 500; n++) {
    const dueMs = chance.between(1, 400);
    due.add(dueMs, () => lateMs.push(loop.nowMs() - dueMs));
  }
  expect(due.waiting).toBe(500);
  loop.run();
  expect(lateMs).toHaveLength(500);
  expect(due.waiting).toBe(0);
  expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...lateMs)).toBeLessThan(0.05);
});

test("an answer may be asked for while another is given, earlier or later than those that wait", () => {
  const loop = new LateLoop();
  const due = new DueAnswers(loop);
  const given: string[] = [];
  due.add(10, () => {
    given.push("first");
    due.add(12, () => given.push("between"));
    due.add(30, () => given.push("last"));
  });
  due.add(20, () => given.push("second"));
  loop.run();
  expect(given).toEqual(["first", "between", "second", "last"]);
});

test("many due at one instant are all given at it", () => {
  const loop = new LateLoop();
  const due = new DueAnswers(loop);
  let given = 0;
  for (let n = 0; n < 400; n++) due.add(1_000, () => given++);
  loop.run();
  expect(given).toBe(400);
});
