/** How a fault of the user's own is injected, seen and undone: commands, or requests, by name. */
import { z } from "zod";
import { unknownName } from "../base/failure.ts";
import { secondsIn } from "../load/seconds-in.ts";

/** A command for a shell, or a request, written `POST http://localhost:3000/chaos/on {"depth":3}`. */
export type HookAct =
  | { readonly command: string }
  | { readonly method: "GET" | "POST" | "PUT" | "DELETE"; readonly url: string; readonly body?: string };

export interface Hook {
  readonly inject: HookAct;
  /** Succeeds while the fault bites, and fails when it does not; its last line is the sentence. */
  readonly verify: HookAct;
  /** Absent: it cannot be undone. */
  readonly undo?: HookAct;
  /** For each of the three. */
  readonly limitMs: number;
  /** Where commands are run. */
  readonly folder: string;
}

export type Hooks = Readonly<Record<string, Hook>>;

/** As they are written in a plan file, or in a settings file. */
export interface HookInput {
  readonly inject: string;
  readonly verify: string;
  readonly undo?: string;
  /** A length of time; ten seconds when absent. */
  readonly limit?: string;
}

/** Long enough for a command that asks a cluster, short enough that a run that was broken off can wait for it. */
const USUAL_LIMIT_MS = 10_000;

export const hookInputShape = z.strictObject({
  inject: z.string(),
  verify: z.string(),
  undo: z.string().optional(),
  limit: z.string().optional(),
});

export function readHooks(
  input: unknown,
  folder: string,
): { readonly hooks: Hooks; readonly problems: readonly string[] } {
  if (input === undefined) return { hooks: {}, problems: [] };
  if (input === null || typeof input !== "object" || Array.isArray(input))
    return { hooks: {}, problems: ["hooks are an object: { name: { inject, verify, undo } }"] };
  const problems: string[] = [];
  const hooks: Record<string, Hook> = {};
  for (const [name, given] of Object.entries(input)) {
    const parsed = hookInputShape.safeParse(given);
    if (!parsed.success) {
      const wrong = parsed.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => unknownName("field", key, Object.keys(hookInputShape.shape)))
          : [[...issue.path, issue.message].join(": ")],
      );
      problems.push(...wrong.map((each) => `hook ${name}: ${each}`));
      continue;
    }
    const { inject, verify, undo, limit } = parsed.data;
    const limitS = limit === undefined ? USUAL_LIMIT_MS / 1000 : secondsIn(limit);
    if (limitS === undefined || !(limitS > 0))
      problems.push(`hook ${name}: its "limit" is not a time; write for example 10s`);
    const acts = Object.entries({ inject, verify, ...(undo !== undefined && { undo }) }).map(
      ([which, text]) => {
        const act = actIn(text);
        if ("problem" in act) problems.push(`hook ${name}: its "${which}" ${act.problem}`);
        return [which, act] as const;
      },
    );
    hooks[name] = {
      ...(Object.fromEntries(acts) as Pick<Hook, "inject" | "verify" | "undo">),
      limitMs: Math.max(1, Math.round((limitS ?? 1) * 1000)),
      folder,
    };
  }
  return { hooks, problems };
}

function actIn(text: string): HookAct | { readonly problem: string } {
  const word = text.trim();
  if (word === "") return { problem: "is empty" };
  const request = /^(GET|POST|PUT|DELETE)\s+(https?:\/\/\S+)(?:\s+(.+))?$/s.exec(word);
  if (request !== null) {
    const [, method, url = "", body] = request;
    if (!URL.canParse(url)) return { problem: `is not an address: ${url}` };
    return { method: method as "GET", url, ...(body !== undefined && { body }) };
  }
  if (/^https?:\/\//.test(word)) return { problem: `needs its method; write for example POST ${word}` };
  return { command: word };
}

/** In one phrase. */
export const wordsOfAct = (act: HookAct): string =>
  "command" in act ? `your command \`${act.command}\`` : `your request ${act.method} ${act.url}`;
