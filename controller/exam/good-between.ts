/** How good a target was between two instants, whatever was going on. */
import type { Evidence } from "../../verdict/evidence.ts";
import { binAt, signalOf } from "../../verdict/recovery/signal.ts";

/** Share of good answers to what was planned then, seconds of the measured part; undefined when nothing was. */
export function goodBetween({ timeline }: Evidence, fromS: number, toS: number): number | undefined {
  const signal = signalOf(timeline);
  const bins = signal?.bins.slice(binAt(signal, fromS), binAt(signal, toS)) ?? [];
  const sum = (of: "planned" | "good") => bins.reduce((total, bin) => total + (bin?.[of] ?? 0), 0);
  return sum("planned") === 0 ? undefined : sum("good") / sum("planned");
}
