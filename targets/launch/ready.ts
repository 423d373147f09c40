/** Waiting until a node is ready: asked again and again, within a limit, and with its last words when it is not. */
import { type Clock, sleep, systemClock } from "../../base/clock.ts";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { describeEnding, type Ending } from "./node-process.ts";

/** How a node shows that it is ready. */
export interface Readiness {
  /** What it does when it is ready, as in "did not ...": `accept connections`. */
  readonly does: string;
  readonly limitMs: number;
  /** Resolves when it is ready, throws why not. */
  probe(signal: AbortSignal): Promise<void>;
}

/** The process behind the node, as far as waiting goes. */
export interface Watched {
  readonly name: string;
  readonly logPath: string;
  readonly ending: Ending | undefined;
  lastLines(): readonly string[];
}

const ASK_EVERY_MS = 25;
/** One question may take this long before it is asked anew. */
const PROBE_LIMIT_MS = 2_000;

/**
 * @throws {Failure} `target` when it ends early or the limit passes: which node, what was waited for, its last lines
 * @throws the signal's reason when it aborts
 */
export async function untilReady(
  node: Watched,
  { does, limitMs, probe }: Readiness,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  const startedMs = clock.nowMs();
  for (;;) {
    signal.throwIfAborted();
    if (node.ending) {
      throw new Failure("target", `${node.name} ${describeEnding(node.ending)} before it could ${does}`, {
        hint: lastWords(node),
      });
    }
    try {
      await probe(AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT_MS)]));
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (clock.nowMs() - startedMs >= limitMs) {
        throw new Failure("target", `${node.name} did not ${does} within ${limitMs / 1_000} s`, {
          hint: `the last answer was: ${sentenceOf(error)}; ${lastWords(node)}`,
          cause: error,
        });
      }
    }
    await sleep(ASK_EVERY_MS, signal, clock);
  }
}

/** What the node's log ends with, for a hint. */
export function lastWords(node: Pick<Watched, "logPath" | "lastLines">): string {
  const lines = node.lastLines();
  if (lines.length === 0) return `it wrote nothing to ${node.logPath}`;
  return `the last lines of ${node.logPath} are:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
