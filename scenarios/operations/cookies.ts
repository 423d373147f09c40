/** The cookies a shopper was given, and brings along from then on. */
import type { Answer, Shopper } from "../scenario.ts";

type Memory = Shopper["memory"];

/** Takes over what the answer gives out; a later one of the same name replaces the earlier. */
export function keepCookies(answer: Answer, memory: Memory): void {
  const given = answer.header("set-cookie");
  if (given === undefined) return;
  const kept = new Map(pairsOf(cookiesOf(memory) ?? "", /;\s*/));
  // Several are joined by commas; within one only a date has a comma, and no name and "=" behind it.
  for (const [name, value] of pairsOf(given, /,\s*(?=[^;,=\s]+=)/)) kept.set(name, value);
  memory.set("cookies", [...kept].map(([name, value]) => `${name}=${value}`).join("; "));
}

/** Value of the header `Cookie`; undefined when there are none. */
export function cookiesOf(memory: Memory): string | undefined {
  const kept = memory.get("cookies");
  return kept === undefined ? undefined : String(kept);
}

function pairsOf(text: string, between: RegExp): [name: string, value: string][] {
  return text.split(between).flatMap((part): [string, string][] => {
    const [pair = ""] = part.split(";");
    const at = pair.indexOf("=");
    return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]] : [];
  });
}
