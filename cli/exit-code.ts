/** The one table from kinds of failure to exit codes; a verdict brings its own. See docs/exit-codes.md. */
import type { FailureKind } from "../base/failure.ts";

export const exitCodeOfFailure: Readonly<Record<FailureKind, number>> = {
  usage: 2,
  environment: 3,
  target: 4,
  agents: 5,
  leaked: 15,
  interrupted: 130,
};

/** Our bug. */
export const bugExitCode = 1;

/** 128 + the signal's number, as shells do it. */
export const exitCodeOfSignal: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 143,
};
