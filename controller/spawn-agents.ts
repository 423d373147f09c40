/** Starts agents as processes of their own, by argv: the controller knows nothing of their code. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Wards } from "../targets/launch/launcher.ts";
import { startTicksOf } from "../targets/launch/process-identity.ts";

export interface SpawnedAgents extends AsyncDisposable {
  /** The last lines an agent wrote to stderr. */
  lastWords(index: number): string;
  /** Called when an agent's process ends, whatever the reason. */
  onExit(listener: (index: number, because: string) => void): void;
}

const keptWordsBytes = 2_000;
const politeMs = 1_000;

export function spawnAgents(options: {
  readonly count: number;
  readonly address: string;
  readonly token: string;
  /** The command that runs this very program, for example `node dist/cli/main.js`. */
  readonly self: readonly string[];
  readonly wards: Wards;
}): SpawnedAgents {
  const words = new Array<string>(options.count).fill("");
  const exits: ((index: number, because: string) => void)[] = [];
  const children: ChildProcess[] = [];
  for (let index = 0; index < options.count; index++) {
    const [command = process.execPath, ...first] = options.self;
    const child = spawn(
      command,
      [...first, "agent", "--controller", options.address, "--index", String(index)],
      {
        // Its own session: Ctrl-C at the terminal is ours to handle, agents are told over the stream.
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, BENCH_AGENT_TOKEN: options.token },
      },
    );
    if (child.pid !== undefined) {
      const startTicks = startTicksOf(child.pid);
      options.wards.process({ name: `agent-${index}`, pid: child.pid, startTicks, politely: "SIGTERM" });
    }
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      words[index] = `${words[index] ?? ""}${text}`.slice(-keptWordsBytes);
    });
    const ended = (because: string) => {
      for (const listener of exits) listener(index, because);
    };
    child.once("error", (error) => ended(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      ended(signal === null ? `exited with code ${code}` : `was ended by ${signal}`),
    );
    children.push(child);
  }
  return {
    lastWords: (index) => (words[index] ?? "").trim(),
    onExit: (listener) => void exits.push(listener),
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(end));
    },
  };
}

/** The agent leaves by itself when its stream is closed; we wait a little, then insist. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const insist = setTimeout(() => child.kill("SIGKILL"), politeMs);
    child.once("exit", () => {
      clearTimeout(insist);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
