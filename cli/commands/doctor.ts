/** `bench doctor`: what this machine can do, and what that means for results. */
import { install } from "../../targets/launch/components.ts";
import { doctor as diagnose } from "../../targets/launch/doctor.ts";

/** Returns the exit code: 0, or 3 when a component is missing. */
export async function doctor(
  options: { readonly install?: boolean; readonly json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  let { rows, missing, missingTools } = await diagnose();
  const wanted = [...missing, ...missingTools];
  if (options.install === true && wanted.length > 0) {
    await install(wanted, { say: (line) => void process.stderr.write(`  ${line}\n`), signal });
    ({ rows, missing, missingTools } = await diagnose());
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    for (const { capability, state, because, consequence } of rows) {
      const tail = state === "ok" ? "" : `\n${" ".repeat(31)}${consequence}`;
      process.stdout.write(`${state.padEnd(8)} ${capability.padEnd(21)} ${because}${tail}\n`);
    }
  }
  return missing.length > 0 ? 3 : 0;
}
