/** Clock offsets of agents, from the exchange with the shortest round trip: Cristian's method. */
import type { AgentLink } from "./front-door.ts";

export interface ClockReading {
  /** Agent's monotonic clock minus ours, milliseconds. */
  readonly offsetMs: number;
  /** Half the shortest round trip: the offset is right within this. */
  readonly errorMs: number;
}

const exchanges = 15;
const limitMs = 3_000;

/** Measures one agent's clock. Takes over the link's listener while it runs. */
export async function readClock(link: AgentLink, nowMs: () => number): Promise<ClockReading> {
  let best: ClockReading = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY };
  for (let id = 0; id < exchanges; id++) {
    const askedMs = nowMs();
    const agentMs = await new Promise<number>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no clock answer within ${limitMs} ms`)), limitMs);
      link.listen((say) => {
        if (say.$case !== "clock" || say.value.id !== id) return;
        clearTimeout(limit);
        resolve(say.value.agentMs);
      });
      link.send({ $case: "clock", value: { id } });
    });
    const answeredMs = nowMs();
    const errorMs = (answeredMs - askedMs) / 2;
    if (errorMs < best.errorMs) best = { offsetMs: agentMs - (askedMs + answeredMs) / 2, errorMs };
  }
  link.listen(() => {});
  return best;
}
