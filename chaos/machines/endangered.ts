/** Nodes that a fault may well be the end of: their end is expected while it is on, and made good afterwards. */
import type { Ground } from "../fault.ts";
import { startAgain } from "../start-again.ts";
import { isEnding } from "./is-ending.ts";

/** Of a node that keeps data: PostgreSQL replays its log first. */
const RESTART_LIMIT_MS = 60_000;

export class Endangered {
  readonly #names: readonly string[];
  readonly #ground: Pick<Ground, "outlook" | "node">;
  readonly #isEnding: (pid: number) => boolean;
  #settle: readonly (() => void)[] | undefined;
  #isToBeUp = false;

  constructor(names: readonly string[], ground: Pick<Ground, "outlook" | "node">, look = isEnding) {
    this.#names = names;
    this.#ground = ground;
    this.#isEnding = look;
  }

  /** From now on they may end. A second time does nothing. */
  begin(): void {
    this.#isToBeUp = false;
    this.#settle ??= this.#names.flatMap((name) => this.#ground.node(name).expectEnd?.() ?? []);
  }

  /** Starts those again that have ended, and expects no more ends. @throws when one of them does not come up */
  async makeGood(signal: AbortSignal): Promise<void> {
    this.#isToBeUp = true;
    const { outlook, node } = this.#ground;
    // One that was killed a moment ago still counts as running.
    const ending = this.#names.map(node).filter(({ isRunning, pid }) => isRunning && this.#isEnding(pid));
    await Promise.all(ending.map((each) => each.kill()));
    const limit = AbortSignal.any([signal, AbortSignal.timeout(RESTART_LIMIT_MS)]);
    await startAgain(this.#names, { members: outlook.members, node }, limit);
    for (const settle of this.#settle ?? []) settle();
    this.#settle = undefined;
  }

  /**
   * Who is down although it was to be made good; undefined when nobody is. Whoever has only the mends takes the target
   * down anyhow, and starts nobody: for him that is nothing that is left.
   */
  remains(): string | undefined {
    if (!this.#isToBeUp) return undefined;
    const down = this.#names.find((name) => !this.#ground.node(name).isRunning);
    return down && `${down} is down`;
  }
}
