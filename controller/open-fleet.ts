/** Front door, agent processes and fleet, opened together and closed in reverse order. */
import { Cleanup } from "../base/cleanup.ts";
import type { Clock } from "../base/clock.ts";
import type { Wards } from "../targets/launch/launcher.ts";
import type { EndingWatch } from "./ending.ts";
import { type Fleet, gatherFleet } from "./fleet.ts";
import { type AgentLink, openFrontDoor } from "./front-door.ts";
import type { RunRecord } from "./record.ts";
import { spawnAgents } from "./spawn-agents.ts";

export async function openFleet(options: {
  readonly count: number;
  readonly wards: Wards;
  readonly watch: EndingWatch;
  readonly self: readonly string[];
  readonly token: string;
  readonly clock: Clock;
  readonly record: RunRecord;
}): Promise<Fleet & AsyncDisposable> {
  const { count, token, record } = options;
  const cleanup = new Cleanup();
  try {
    const joined: AgentLink[] = [];
    let join: (link: AgentLink) => void = (link) => void joined.push(link);
    const door = cleanup.use(
      await openFrontDoor({
        token,
        agents: count,
        letIn: (link) => join(link),
        refused: (because) => record.event("agent-refused", { because }),
      }),
    );
    const agents = cleanup.use(spawnAgents({ ...options, address: door.address }));
    const fleet = await gatherFleet({
      ...options,
      onJoin: (listener) => {
        for (const link of joined) listener(link);
        join = listener;
      },
      onExit: agents.onExit,
      lastWords: agents.lastWords,
    });
    cleanup.defer(() => fleet.dismiss("the run is over"));
    return Object.assign(fleet, { [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose]() });
  } catch (error) {
    await cleanup[Symbol.asyncDispose]();
    throw error;
  }
}
