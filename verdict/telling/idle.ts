/** How the cores of a virtual machine go idle: one that sleeps is late for the next request. */
import { ms } from "./figures.ts";

/** `asleep at once`, `awake for 20.0 ms`. */
export const idleWords = (haltPollMs: number): string =>
  haltPollMs === 0 ? "asleep at once" : `awake for ${ms(haltPollMs)}`;

/** `, idle cores asleep at once`, to stand behind what a machine is; nothing where nobody tells. */
export const andIdle = (haltPollMs: number | undefined): string =>
  haltPollMs === undefined ? "" : `, idle cores ${idleWords(haltPollMs)}`;
