import { expect, test } from "vitest";
import { Deadlines, type Timed } from "../../agents/senders/deadlines.ts";
import { HttpSender } from "../../agents/senders/http.ts";
import { Queue } from "../../agents/senders/queue.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

class Member implements Timed<Member> {
  deadlineMs = Number.NaN;
  before: Member | undefined;
  after: Member | undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

test("members expire one limit after they were added, unless they were removed", () => {
  const clock = new ManualClock();
  const expired: string[] = [];
  const deadlines = new Deadlines<Member>(100, clock, ({ name }) =>
    expired.push(`${name} at ${clock.nowMs()}`),
  );
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => new Member(name));
  deadlines.add(a!, clock.nowMs());
  clock.pass(10);
  deadlines.add(b!, clock.nowMs());
  clock.pass(10);
  deadlines.add(c!, clock.nowMs());
  deadlines.add(d!, clock.nowMs());
  deadlines.remove(b!);
  deadlines.remove(d!);
  deadlines.remove(d!);
  clock.pass(200);
  expect(expired).toEqual(["a at 100", "c at 120"]);
});

test("after a stall, answers that lie ready are read before anybody expires", () => {
  const clock = new ManualClock();
  const expired: string[] = [];
  const deadlines = new Deadlines<Member>(100, clock, ({ name }) => expired.push(name));
  const member = new Member("a");
  deadlines.add(member, clock.nowMs());
  clock.stall(500);
  // The loop reads the sockets in the turn between the timer and the expiry.
  clock.soon(() => deadlines.remove(member));
  clock.pass(500);
  expect(expired).toEqual([]);
});

test("cleared deadlines expire nobody", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines<Member>(100, clock, () => expect.unreachable());
  deadlines.add(new Member("a"), clock.nowMs());
  deadlines.clear();
  clock.pass(500);
  expect(clock.timers).toBe(0);
});

test("a queue keeps the order while it grows and goes round", () => {
  const queue = new Queue<number>();
  const out: number[] = [];
  let pushed = 0;
  for (let round = 0; round < 50; round++) {
    for (let n = 0; n < 7; n++) queue.push(pushed++);
    for (let n = 0; n < 3; n++) out.push(queue.shift()!);
  }
  while (queue.size > 0) out.push(queue.shift()!);
  expect(out).toEqual(Array.from({ length: 350 }, (_, number) => number));
  expect(queue.shift()).toBeUndefined();
});

test("all unusable base URLs are named at once", () => {
  const baseUrls = ["ftp://a", "http://a/shop", "nowhere"];
  const options = { baseUrls, maxConnections: 1, requestTimeoutMs: 1, clock: new ManualClock() };
  expect(() => new HttpSender(options)).toThrow(
    expect.objectContaining({
      kind: "usage",
      problems: [
        '"ftp://a" is neither http nor https',
        '"http://a/shop" must end after the host',
        expect.stringContaining('"nowhere" is not a URL'),
      ],
    }),
  );
});
