/** `bench agent`: one agent process. Hidden; started by a run. */
import { hostname } from "node:os";
import { runAgent } from "../../agents/agent.ts";
import { goFirst } from "../../agents/priority.ts";
import { Failure } from "../../base/failure.ts";

export async function agent(
  options: { readonly controller: string; readonly index: string },
  signal: AbortSignal,
): Promise<void> {
  const token = process.env["BENCH_AGENT_TOKEN"];
  if (token === undefined || token === "") {
    throw new Failure("usage", "BENCH_AGENT_TOKEN is not set: an agent joins only with its run's token");
  }
  goFirst();
  const wantedIndex = Number(options.index);
  await runAgent({ controller: options.controller, token, wantedIndex, host: hostname(), signal });
}
