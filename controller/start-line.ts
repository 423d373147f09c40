/** Clock offsets of agents, from the exchange with the shortest round trip: Cristian's method. */
import type { Clock } from "../base/clock.ts";
import { Failure } from "../base/failure.ts";
import type { AgentLink } from "./front-door.ts";

export interface ClockReading {
  /** Agent's monotonic clock minus ours, milliseconds. */
  readonly offsetMs: number;
  /** Half the shortest round trip: the offset is right within this. */
  readonly errorMs: number;
}

const atMost = 15;
const atLeast = 5;
/** Once this good, more exchanges gain nothing: a twentieth of the 2 ms by which starts may differ. */
const goodEnoughMs = 0.1;
const limitMs = 3_000;
/** More at once would wait for each other in our own loop, and the waiting would be taken for distance. */
const hostsAtOnce = 8;

/**
 * Measures all clocks, in the order of `links`: agents of one host after one another, because their answers would wait
 * for each other; hosts side by side, because there it is the network that takes the time.
 * @throws {Failure} `agents` when one does not answer; what aborted `signal` when that comes first
 */
export async function readClocks(
  links: readonly AgentLink[],
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly ClockReading[]> {
  const readings = new Map<AgentLink, ClockReading>();
  const byHost = new Map<string, AgentLink[]>();
  for (const link of links) byHost.set(link.host, [...(byHost.get(link.host) ?? []), link]);
  const hosts = [...byHost.values()];
  const lane = async () => {
    for (let host = hosts.shift(); host !== undefined; host = hosts.shift()) {
      for (const link of host) readings.set(link, await readClock(link, clock, signal));
    }
  };
  await Promise.all(Array.from({ length: Math.min(hostsAtOnce, hosts.length) }, lane));
  return links.map((link) => readings.get(link)!);
}

/**
 * Measures one agent's clock. Takes over the link's listener while it runs.
 * @throws as `readClocks` does
 */
export async function readClock(link: AgentLink, clock: Clock, signal: AbortSignal): Promise<ClockReading> {
  let best: ClockReading = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY };
  for (let id = 0; id < atMost && (id < atLeast || best.errorMs > goodEnoughMs); id++) {
    const askedMs = clock.nowMs();
    const { agentMs, answeredMs } = await answerOf(link, id, clock, signal);
    const errorMs = (answeredMs - askedMs) / 2;
    if (errorMs < best.errorMs) best = { offsetMs: agentMs - (askedMs + answeredMs) / 2, errorMs };
  }
  link.listen(() => {});
  return best;
}

/** The answer, and when it came: the moment it is heard, not the one in which whoever waits for it goes on. */
function answerOf(
  link: AgentLink,
  id: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly agentMs: number; readonly answeredMs: number }> {
  return new Promise((resolve, reject) => {
    const finish = (how: () => void) => {
      cancel();
      signal.removeEventListener("abort", stop);
      how();
    };
    const stop = () => finish(() => reject(signal.reason));
    const cancel = clock.after(limitMs, () =>
      finish(() =>
        reject(
          new Failure("agents", `agent ${link.index} did not tell its clock within ${limitMs / 1000} s`),
        ),
      ),
    );
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    link.listen((say) => {
      if (say.$case !== "clock" || say.value.id !== id) return;
      const answeredMs = clock.nowMs();
      finish(() => resolve({ agentMs: say.value.agentMs, answeredMs }));
    });
    link.send({ $case: "clock", value: { id } });
  });
}
