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
    /** @throws when nobody could look: then nothing is known, neither that it bites nor that it is gone */
    const look = async () => {
      const end = await perform(chosen.verify, chosen, never);
      if (end.couldNot) throw new Error(`the verify of hook ${name} could not look: ${end.said}`);
      return end;
    };
    return {
      mends: chosen.undo === undefined ? [] : [mendOf(chosen.undo, chosen)],
      limitMs: chosen.limitMs,
      async inject(signal) {
        const { isGood, said } = await perform(chosen.inject, chosen, signal);
        if (!isGood) throw new Error(`hook ${name} could not be injected: ${said}`);
      },
      async verify() {
        const { isGood, said } = await look();
        return isGood ? said || `the verify of hook ${name} succeeds` : undefined;
      },
      async verifyUndone() {
        if (chosen.undo === undefined) return undefined;
        const { isGood, said } = await look();
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

/**
 * From here on a shell tells that it could not carry out its command, or that a signal ended it. Source: POSIX, shell
 * command language, 2.8.2.
 */
const COULD_NOT = 126;
/** A server that fails tells nothing of what it was asked about. */
const SERVER_FAILS = 500;

interface ActEnd {
  readonly isGood: boolean;
  /** It did not come so far as to say yes or no. */
  readonly couldNot: boolean;
  readonly said: string;
}

/** @throws when a request is not answered in time */
async function perform(act: HookAct, { limitMs, folder }: Hook, signal: AbortSignal): Promise<ActEnd> {
  if ("command" in act) {
    const { exitCode, how, lastLine } = await runUserCommand({ ...act, folder, limitMs }, signal);
    if (exitCode === 0) return { isGood: true, couldNot: false, said: lastLine };
    return {
      isGood: false,
      // One that was ended, for its time was over, has no code.
      couldNot: exitCode === undefined || exitCode >= COULD_NOT,
      said: `\`${act.command}\` ${how}${lastLine === "" ? "" : `: ${lastLine}`}`,
    };
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
    couldNot: answer.status >= SERVER_FAILS,
    said: answer.ok ? text : `${method} ${url} was answered with ${answer.status}`,
  };
}
