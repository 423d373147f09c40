/** What faults that let nothing pass have in common: how they heal, and how one sees them. Pure. */
import type { EdgeLook } from "./edge-look.ts";

type Heal = "resume" | "reset";

export const healWords = {
  means: "what becomes of the connections when it is over: resume, with all that waited, or reset",
  usual: "resume",
} as const;

export function healOf(words: string): Heal | { readonly problem: string } {
  if (words === "resume" || words === "reset") return words;
  return { problem: "is not what becomes of connections afterwards; write resume or reset" };
}

export function isSilent(now: EdgeLook): string | undefined {
  return now.how === "silent" ? "a connection is taken and gets no answer" : undefined;
}
