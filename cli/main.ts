#!/usr/bin/env node
/** Words in, exit code out. The only file that sets an exit code, and the only catch-all. */
import { CommanderError } from "commander";
import { Failure } from "../base/failure.ts";
import { bugExitCode, exitCodeOfFailure, exitCodeOfSignal } from "./exit-code.ts";
import { type FailureSeen, failureWithin } from "./failure-within.ts";
import { buildProgram } from "./program.ts";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    const code = exitCodeOfSignal[name] ?? 130;
    // The second time we leave at once; the guard sees our end and cleans up.
    if (stop.signal.aborted) process.exit(code);
    const hint = "ending the run and cleaning up; once more to leave at once";
    stop.abort(new Failure("interrupted", `interrupted by ${name}`, { hint, cause: code }));
  });
}
// A reader that went away (`bench list | head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  let code = 0;
  try {
    const program = buildProgram({ signal: stop.signal, finish: (result) => (code = result), words });
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitCodeOfFailure.usage;
    const seen = failureWithin(thrown);
    if (seen === undefined) {
      process.stderr.write(
        `bench: this is our bug, please report it\n${(thrown as Error)?.stack ?? thrown}\n`,
      );
      return bugExitCode;
    }
    const { failure } = seen;
    tell(seen);
    const signalCode =
      failure.kind === "interrupted" && typeof failure.cause === "number" ? failure.cause : undefined;
    return signalCode ?? exitCodeOfFailure[failure.kind];
  }
}

function tell({ failure, beside }: FailureSeen): void {
  const lines = [`bench: ${failure.message}`];
  for (const problem of failure.problems) lines.push(`  - ${problem}`);
  for (const sentence of beside) lines.push(`  besides: ${sentence}`);
  if (failure.hint !== undefined) lines.push(...failure.hint.split("\n").map((line) => `  ${line}`));
  process.stderr.write(`${lines.join("\n")}\n`);
}
