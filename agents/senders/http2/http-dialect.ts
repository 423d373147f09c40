/** Plain HTTP in HTTP/2 streams (RFC 9113, 8). */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { ShopRequest } from "../../../scenarios/scenario.ts";
import type { Dialect, Reading } from "./dialect.ts";
import { addFields, pathProblem } from "./fields.ts";

/** A judge sees at most the first 1 MiB of a body; memory must not depend on what a target answers. */
const keptBodyBytes = 1024 * 1024;

export const httpDialect: Dialect = {
  compose({ method, path, body, headers }, scheme, authority) {
    let problem = pathProblem(path);
    if (problem !== "") return problem;
    const fields: OutgoingHttpHeaders = {
      ":method": method,
      ":path": path,
      ":scheme": scheme,
      ":authority": authority,
    };
    problem = addFields(fields, headers);
    if (problem !== "") return problem;
    if (body === undefined && !announcesEmptyBody(method)) return { fields, body };
    const length = String(Buffer.byteLength(body ?? ""));
    fields["content-length"] ??= length;
    if (fields["content-length"] !== length) {
      return `content-length is given as ${fields["content-length"]}, and the body has ${length} bytes`;
    }
    if (body !== undefined) fields["content-type"] ??= "application/json";
    return { fields, body };
  },
  newReading: (wantsBody) => new HttpReading(wantsBody),
};

class HttpReading implements Reading {
  readonly #wantsBody: boolean;
  #fields: IncomingHttpHeaders = {};
  #chunks: Uint8Array[] | undefined = undefined;
  #keptBytes = 0;

  constructor(wantsBody: boolean) {
    this.#wantsBody = wantsBody;
  }

  head(fields: IncomingHttpHeaders): void {
    this.#fields = fields;
  }

  data(chunk: Uint8Array): void {
    if (!this.#wantsBody || this.#keptBytes >= keptBodyBytes) return;
    const kept = chunk.subarray(0, keptBodyBytes - this.#keptBytes);
    this.#keptBytes += kept.length;
    if (this.#chunks === undefined) this.#chunks = [kept];
    else this.#chunks.push(kept);
  }

  /** As with chunked HTTP/1.1: they are read, and nobody asks for them. */
  trailers(): void {}

  get status(): number {
    return Number(this.#fields[":status"]);
  }

  header(name: string): string | undefined {
    return fieldOf(this.#fields, name);
  }

  text(): string {
    return Buffer.concat(this.#chunks ?? []).toString("utf8");
  }
}

/** The value of a field whatever the case of `name`; several of one name are joined by commas. */
export function fieldOf(fields: IncomingHttpHeaders, name: string): string | undefined {
  const value = fields[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Methods whose missing body is announced as one of length 0 (RFC 9110, 8.6). */
function announcesEmptyBody(method: ShopRequest["method"]): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}
