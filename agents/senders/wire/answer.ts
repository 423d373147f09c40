/** A complete answer as the judge sees it: decoded only where it is looked at. */
import type { Answer } from "../../../scenarios/scenario.ts";
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
  take({ head, body }: ResponseParser): void {
    this.status = head.meaning.status;
    this.#head = head.bytes;
    this.#headFrom = head.from;
    this.#headTo = head.to;
    this.#body = body.bytes;
    this.#bodyFrom = body.from;
    this.#bodyTo = body.to;
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
    const end = head.indexOf("\r\n", colonAt);
    if (colonAt - at === wanted.length && head.slice(at, colonAt).toLowerCase() === wanted) {
      const value = head.slice(colonAt + 1, end).replace(/^[ \t]+|[ \t]+$/g, "");
      found = found === undefined ? value : `${found}, ${value}`;
    }
    at = end + 2;
  }
  return found;
}
