/** A complete answer as the judge sees it: decoded only where it is looked at. */
import type { Answer } from "../../../scenarios/scenario.ts";
import { htab, space } from "./octets.ts";
import type { ResponseParser } from "./response-parser.ts";

/** Reused from answer to answer: good until `answered` returns, as its interface says. */
export class WireAnswer implements Answer {
  status = 0;
  #head: Buffer | undefined;
  #headFrom = 0;
  #headTo = 0;
  #body: Buffer | undefined;
  #bodyFrom = 0;
  #bodyTo = 0;
  #text: string | undefined;

  /** Takes over what `parser` has found, so that the parser may go on to the next answer. */
  take(parser: ResponseParser): void {
    this.status = parser.status;
    this.#head = parser.head;
    this.#headFrom = parser.headFrom;
    this.#headTo = parser.headTo;
    this.#body = parser.body;
    this.#bodyFrom = parser.bodyFrom;
    this.#bodyTo = parser.bodyTo;
    this.#text = undefined;
  }

  header(name: string): string | undefined {
    const head = this.#head?.toString("latin1", this.#headFrom, this.#headTo) ?? "";
    return fieldValue(head, name);
  }

  text(): string {
    this.#text ??= this.#body?.toString("utf8", this.#bodyFrom, this.#bodyTo) ?? "";
    return this.#text;
  }
}

/**
 * The value of the field called `name`, whatever its case, in a head that was found to be well-formed; several of one
 * name are joined by commas. Octets above 127 are read as Latin-1.
 */
function fieldValue(head: string, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let found: string | undefined;
  let at = head.indexOf("\n") + 1;
  while (at > 0 && at < head.length) {
    const colonAt = head.indexOf(":", at);
    if (colonAt === -1) break;
    const end = lineEnd(head, colonAt);
    if (colonAt - at === wanted.length && head.slice(at, colonAt).toLowerCase() === wanted) {
      // A folded value goes on behind its line breaks.
      const value = head
        .slice(colonAt + 1, end)
        .replaceAll("\r\n", "")
        .replace(/^[ \t]+|[ \t]+$/g, "");
      found = found === undefined ? value : `${found}, ${value}`;
    }
    at = end + 2;
  }
  return found;
}

/** Where the CR is that ends the field; a line that begins with space or tab belongs to the one before. */
function lineEnd(head: string, from: number): number {
  for (let at = from; ; at++) {
    at = head.indexOf("\n", at);
    if (at === -1) return head.length;
    const next = head.charCodeAt(at + 1);
    if (next !== space && next !== htab) return at - 1;
  }
}
