/** A process that takes so much memory, once it is let go, and keeps it until it ends by itself. */
import { writeFileSync } from "node:fs";
import { type GatedProcess, startGatedProcess } from "./gated-process.ts";

/** In pieces, each written to: what nobody has touched takes no memory. */
const script = `
const [bytes, limitMs] = process.argv.slice(1).map(Number);
const kept = [];
setTimeout(() => process.exit(), limitMs);
for (let left = bytes; left > 0; left -= 262144) kept.push(Buffer.allocUnsafeSlow(Math.min(left, 262144)).fill(1));
`;

/**
 * @param bytes how much it takes
 * @param limitMs how long it keeps it at most, milliseconds
 * @throws {Error} when there is no process to be had
 */
export function startMemoryEater(bytes: number, limitMs: number): GatedProcess {
  const eater = startGatedProcess(script, [Math.ceil(bytes), Math.ceil(limitMs)]);
  try {
    // The kernel ends somebody else when memory is short, as if the limit itself had been lowered.
    writeFileSync(`/proc/${eater.pid}/oom_score_adj`, "-1000");
  } catch {
    // Only root may ask for that; without it the kernel takes the largest, which a node usually is.
  }
  return eater;
}
