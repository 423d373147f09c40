/** A fault of the user's own: commands or requests that inject it, see it and undo it. */
import { unknownName } from "../../base/failure.ts";
import type { Fault, Ground } from "../fault.ts";
import { type Hook, type HookAct, wordsOfAct } from "../hooks.ts";
import type { Mend } from "../mend.ts";
import { runUserCommand } from "../user-command.ts";

export const hook: Fault = {
  name: "hook",
  does: "whatever your own commands or requests do: for systems of your own, and for faults we do not have",
  place: "target",
  value: { means: "name of the hook in the plan file or the settings", usual: "" },
  lasts: "either",
  undo: "reversible",
  plan: ({ value: name = "", forS }, { hooks = {} }) => {
    const chosen = hooks[name];
    if (chosen === undefined)
      return { mechanism: "your own hook", problems: [unknownHook(name, Object.keys(hooks))] };
    const problems: string[] = [];
    if (chosen.undo !== undefined && forS === undefined)
      problems.push(
        `hook ${name} can be undone, so it needs a length; write for example hook=${name}@20s+10s`,
      );
    if (chosen.undo === undefined && forS !== undefined)
      problems.push(`hook ${name} has no undo, so it cannot be given a length`);
    return {
      mechanism: wordsOfAct(chosen.inject),
      problems,
      takes: [`hook ${name}`],
      ...(chosen.undo === undefined && { undo: "irreversible" as const }),
    };
  },
  async prepare({ value: name = "" }, ground) {
    const chosen = hookOf(ground, name);
    const never = new AbortController().signal;
    return {
      mends: chosen.undo === undefined ? [] : [mendOf(chosen.undo, chosen)],
      async inject(signal) {
        const { isGood, said } = await perform(chosen.inject, chosen, signal);
        if (!isGood) throw new Error(`hook ${name} could not be injected: ${said}`);
      },
      async verify() {
        const { isGood, said } = await perform(chosen.verify, chosen, never);
        return isGood ? said || `the verify of hook ${name} succeeds` : undefined;
      },
      async verifyUndone() {
        if (chosen.undo === undefined) return undefined;
        const { isGood, said } = await perform(chosen.verify, chosen, never);
        return isGood ? `the verify of hook ${name} still succeeds${said && `: ${said}`}` : undefined;
      },
    };
  },
};

function hookOf({ outlook: { hooks = {} } }: Ground, name: string): Hook {
  const chosen = hooks[name];
  if (chosen === undefined) throw new Error(unknownHook(name, Object.keys(hooks)));
  return chosen;
}

const unknownHook = (name: string, names: readonly string[]): string =>
  names.length === 0
    ? `there is no hook "${name}", nor any other: describe hooks in the plan file or the settings file`
    : unknownName("hook", name, names);

function mendOf(act: HookAct, { limitMs, folder }: Hook): Mend {
  return "command" in act
    ? { mend: "command", command: act.command, folder, limitMs }
    : { mend: "http", ...act, limitMs };
}

async function perform(
  act: HookAct,
  { limitMs, folder }: Hook,
  signal: AbortSignal,
): Promise<{ readonly isGood: boolean; readonly said: string }> {
  if ("command" in act) {
    const { exitCode, how, lastLine } = await runUserCommand({ ...act, folder, limitMs }, signal);
    if (exitCode === 0) return { isGood: true, said: lastLine };
    return { isGood: false, said: `\`${act.command}\` ${how}${lastLine === "" ? "" : `: ${lastLine}`}` };
  }
  const { method, url, body } = act;
  const answer = await fetch(url, {
    method,
    signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
    ...(body !== undefined && { body, headers: { "content-type": "application/json" } }),
  });
  const text = (await answer.text()).trim().split("\n").at(-1)?.slice(0, 200) ?? "";
  return {
    isGood: answer.ok,
    said: answer.ok ? text : `${method} ${url} was answered with ${answer.status}`,
  };
}
