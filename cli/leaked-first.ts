/** What is still in place goes before all else a command may end with, for somebody has to take it back. */
import { Failure } from "../base/failure.ts";
import type { Finding } from "../verdict/finding.ts";
import { exitCodeOfFailure } from "./exit-code.ts";

export interface HowItEnds {
  readonly signal?: AbortSignal;
  readonly isAdvisory?: boolean;
}

/**
 * The exit code of a command that has told its result.
 * @param exitCode of the verdict
 * @throws the signal's reason when it aborted, unless something is still in place
 */
export function endingCode(exitCode: number, { signal, isAdvisory = false }: HowItEnds): number {
  if (exitCode === exitCodeOfFailure.leaked) return exitCode;
  signal?.throwIfAborted();
  return isAdvisory ? 0 : exitCode;
}

export interface RunLeft {
  readonly verdict: { readonly exitCode: number; readonly findings: readonly Finding[] };
  readonly folder: string;
}

/**
 * Between two things that a command does.
 * @throws what it ends with when the signal aborted: its reason, or what the run that it broke off has left in place
 */
export function throwIfInterrupted({ verdict, folder }: RunLeft, signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (verdict.exitCode !== exitCodeOfFailure.leaked) throw signal.reason;
  const left = verdict.findings.filter(({ kind, status }) => kind === "leaked" && status === "refuted");
  throw new Failure("leaked", "interrupted, and something is still in place", {
    problems: left.map(({ because }) => because),
    hint: `everything that was seen: ${folder}`,
    cause: signal.reason,
  });
}
