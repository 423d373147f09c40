/** Brings a target up as containers by a compose file it writes; nothing is left when one of them fails. */
import { Failure } from "../../../base/failure.ts";
import type { NodeDeath } from "../../running-target.ts";
import type { TargetSpec } from "../../target.ts";
import type { Launcher, LaunchOptions } from "../launcher.ts";
import { membersOf } from "../members.ts";
import { both } from "../processes.ts";
import { type ShopProgram, shopProgram } from "../shop-program.ts";
import { withProblems } from "../start-up.ts";
import { WardList } from "../ward-list.ts";
import { BringUp } from "./bring-up.ts";
import { Engine, engineSocket } from "./engine.ts";
import { RunningCompose, takeDown } from "./running-compose.ts";

/** Containers of this machine's engine. */
export const compose = {
  name: "compose",
  up: (spec, options, signal) => composeUp(spec, options, signal),
} satisfies Launcher;

/** What it takes from its surroundings; a test can hand over another. */
export interface ComposeSurroundings {
  readonly shop: ShopProgram;
  readonly cachePath: string | undefined;
  readonly socket: string;
}

export async function composeUp(
  spec: TargetSpec,
  options: LaunchOptions,
  signal: AbortSignal,
  surroundings: Partial<ComposeSurroundings> = {},
): Promise<RunningCompose> {
  signal.throwIfAborted();
  const members = membersOf(spec);
  const engine = new Engine(surroundings.socket ?? engineSocket());
  const created = new WardList();
  const watching = new AbortController();
  // Whoever dies before the target is handed over is told to it then.
  const deaths: NodeDeath[] = [];
  let onDeath = (death: NodeDeath): void => {
    deaths.push(death);
  };
  const bringUp = new BringUp(
    {
      spec,
      members,
      options: { ...options, wards: both(created, options.wards) },
      engine,
      shop: surroundings.shop ?? shopProgram(),
      cachePath: surroundings.cachePath,
      onDeath: (death: NodeDeath) => onDeath(death),
    },
    signal,
  );
  try {
    await engine.version();
    await engine.watch(
      options.runId,
      (event) => bringUp.nodeNamed(event.node)?.noticed(event),
      watching.signal,
    );
    const broughtUp = await bringUp.run();
    const running = new RunningCompose({
      ...broughtUp,
      ...{ runId: options.runId, spec, engine, created, watching, ports: bringUp.ports },
      folder: options.folder,
      say: (line) => options.say(line),
      startUpS: bringUp.times.inSeconds(),
    });
    onDeath = (death) => running.noticeDeath(death);
    for (const death of deaths) running.noticeDeath(death);
    return running;
  } catch (error) {
    watching.abort();
    await engine[Symbol.asyncDispose]();
    const leftover = await takeDown(created).catch((failure: unknown) => failure);
    bringUp.ports[Symbol.dispose]();
    signal.throwIfAborted();
    if (leftover instanceof Failure && error instanceof Failure) throw withProblems(error, leftover.problems);
    throw error;
  }
}
