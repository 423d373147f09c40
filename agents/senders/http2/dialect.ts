/** What differs between the protocols that live in HTTP/2 streams: how a request is put, and how an answer is read. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { Answer, ShopRequest } from "../../../scenarios/scenario.ts";

/** A request ready for a stream. */
export interface Composed {
  /** Pseudo-header fields first, names in lower case. */
  readonly fields: OutgoingHttpHeaders;
  /** Undefined when the stream ends with its head. A string is sent as UTF-8. */
  readonly body: string | Uint8Array | undefined;
}

/** Takes in the answer to one request as it comes; good to read as an answer once all of it has come. */
export interface Reading extends Answer {
  /** The final head, not an interim one (1xx). */
  head(fields: IncomingHttpHeaders): void;
  data(chunk: Uint8Array): void;
  trailers(fields: IncomingHttpHeaders): void;
}

export interface Dialect {
  /** The request for the origin `authority`, or the sentence why nobody can send it. */
  compose(request: ShopRequest, scheme: "http" | "https", authority: string): Composed | string;
  /** @param wantsBody whether anybody will read it; else it is not kept */
  newReading(wantsBody: boolean): Reading;
}
