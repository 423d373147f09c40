/** Machines of nodes with more CPU than their budget, for a while. */
import { sentenceOf } from "../../base/failure.ts";
import { type CpuLimit, cpuLimitOf } from "../../chaos/machines/cpu-limit.ts";
import { performMend } from "../../chaos/mend.ts";
import type { NodeHandle } from "../../targets/running-target.ts";

export interface Loosened<T> {
  /** What came of it; absent: a budget could not be loosened, and nothing was tried. */
  readonly result?: T;
  /** Why it could not be loosened, as one sentence. */
  readonly trouble?: string;
  /** Why it could not be put back, as one sentence; absent: it was. */
  readonly left?: string;
}

/**
 * Until `meanwhile` is over, whatever becomes of it. What is changed belongs to this run alone and goes with its target, so
 * nothing is left when the run dies in the middle.
 * @throws whatever `meanwhile` throws
 */
export async function withMoreCpu<T>(
  nodes: readonly NodeHandle[],
  factor: number,
  meanwhile: () => Promise<T>,
): Promise<Loosened<T>> {
  const raised: CpuLimit[] = [];
  try {
    for (const node of new Map(nodes.map((each) => [limitedBy(each), each])).values()) {
      const limit = await cpuLimitOf(node);
      raised.push(limit);
      await limit.cut(limit.millicores * factor);
    }
  } catch (error) {
    return { trouble: sentenceOf(error), ...(await putBack(raised)) };
  }
  let result: T;
  try {
    result = await meanwhile();
  } catch (error) {
    await putBack(raised);
    throw error;
  }
  return { result, ...(await putBack(raised)) };
}

/** Each of them, whatever becomes of the others. */
async function putBack(raised: readonly CpuLimit[]): Promise<Pick<Loosened<unknown>, "left">> {
  const signal = AbortSignal.timeout(10_000);
  const problems: string[] = [];
  for (const mend of raised.flatMap(({ mends }) => mends)) {
    try {
      await performMend(mend, signal);
    } catch (error) {
      problems.push(`a CPU budget could not be put back: ${sentenceOf(error)}`);
    }
  }
  return problems.length > 0 ? { left: problems.join("; ") } : {};
}

/** Of a machine that several processes share there is one limit; of containers each has its own. */
function limitedBy(node: NodeHandle): string {
  const grip = node.grip();
  return grip.kind === "container" ? grip.id : (grip.cpuGroup ?? node.name);
}
