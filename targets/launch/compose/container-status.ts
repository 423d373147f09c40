/** Which containers of a target that was left running are there, as its engine tells. */
import type { KeptStatus, KeptTarget } from "../kept.ts";
import { Engine, nodeLabel } from "./engine.ts";

/**
 * Every node of the record, and containers it does not know of, which are there when an order was not finished.
 * @throws {Failure} `environment` when the engine does not answer
 */
export async function containerStatus({
  runId,
  containers = [],
  nodes,
}: KeptTarget): Promise<readonly KeptStatus[]> {
  const [ward] = containers;
  if (ward === undefined) return [];
  await using engine = new Engine(ward.socket);
  await engine.version();
  const found = new Map(
    (await engine.containers(runId)).map(({ Id, Labels }) => [Labels[nodeLabel] ?? Id, Id]),
  );
  const names = [...new Set([...nodes.map(({ name }) => name), ...found.keys()])];
  return await Promise.all(
    names.map(async (name) => {
      const address = nodes.find((node) => node.name === name)?.address ?? "-";
      const id = found.get(name);
      if (id === undefined) return { name, address, pid: 0, isAlive: false };
      const { Running, Pid, RestartCount } = await engine.state(id);
      return { name, address, pid: Pid, isAlive: Running, restarts: RestartCount };
    }),
  );
}
