import { once } from "node:events";
import type { Socket } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Disturbance } from "../../../../chaos/relay/relay-control.ts";
import { openStand } from "./callee.ts";

/** Everything that may not lose a byte; those that end in RST are another matter. */
const harmless = fc.oneof(
  fc.record({
    kind: fc.constant("latency" as const),
    delayMs: fc.integer({ min: 0, max: 6 }),
    jitterMs: fc.integer({ min: 0, max: 6 }),
    way: fc.constantFrom("up", "down", "both"),
  }),
  fc.record({
    kind: fc.constant("bandwidth" as const),
    bytesPerS: fc.integer({ min: 2_000_000, max: 50_000_000 }),
    way: fc.constantFrom("up", "down", "both"),
    of: fc.constantFrom("edges", "connection"),
  }),
  fc.record({
    kind: fc.constant("hold" as const),
    way: fc.constantFrom("up", "down", "both"),
    heal: fc.constant("resume" as const),
  }),
  fc.record({
    kind: fc.constant("loss" as const),
    ratio: fc.constant(0.05),
    way: fc.constantFrom("up", "down"),
  }),
  fc.record({ kind: fc.constant("slow-close" as const), delayMs: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant("hang" as const), established: fc.constantFrom("hold", "keep") }),
);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Bytes of a counter, so that a lost, doubled or displaced one shows where it happened. */
function pattern(length: number, from: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = (from + at) % 251;
  return bytes;
}

async function all(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "end");
  return Buffer.concat(chunks);
}

async function say(socket: Socket, sizes: readonly number[]): Promise<void> {
  let said = 0;
  for (const size of sizes) {
    if (!socket.write(pattern(size, said))) await once(socket, "drain");
    said += size;
    await turn();
  }
  socket.end();
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
const sizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 60_000, max: 90_000 })),
  {
    minLength: 1,
    maxLength: 12,
  },
);

test("whatever is put and lifted, no byte is lost, doubled, changed or out of order, either way", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.array(harmless, { maxLength: 8 }), async (up, down, faults) => {
      const replies: Promise<Buffer>[] = [];
      await using stand = await openStand((socket) => {
        replies.push(all(socket));
        void say(socket, down);
      });
      const caller = await stand.call();
      const heard = all(caller);
      const saying = say(caller, up);
      for (const [index, does] of faults.entries()) {
        await stand.put({ id: `fault-${index % 3}`, does: does as Disturbance });
        await turn();
        if (index % 2 === 1) await stand.lift(`fault-${(index - 1) % 3}`);
      }
      for (const id of ["fault-0", "fault-1", "fault-2"]) await stand.lift(id);
      await saying;
      const answer = await heard;
      const request = await replies[0]!;
      expect(answer.equals(pattern(sum(down), 0))).toBe(true);
      expect(request.equals(pattern(sum(up), 0))).toBe(true);
    }),
    { numRuns: 40, seed: 5 },
  );
});
