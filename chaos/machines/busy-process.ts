/** A process that keeps a core busy, once it is let go, and ends by itself. */
import { type GatedProcess, startGatedProcess } from "./gated-process.ts";

/** One thread. It looks at nothing but its own clock, since reading would be a rest. */
const script = `
const endMs = Date.now() + Number(process.argv[1]);
while (Date.now() < endMs);
`;

/**
 * @param limitMs how long it is busy at most, milliseconds
 * @throws {Error} when there is no process to be had
 */
export const startBusyProcess = (limitMs: number): GatedProcess =>
  startGatedProcess(script, [Math.ceil(limitMs)]);
