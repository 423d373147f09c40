/** What a handler gives back, and the answers many of them share. */

export interface Answer {
  readonly status: number;
  /** Text, bytes, or lines that are written as they come. */
  readonly body: string | Buffer | AsyncIterable<string>;
  /** Default: application/json. */
  readonly type?: string;
  /** Besides type and length, by names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (status: number, value: unknown): Answer => ({ status, body: JSON.stringify(value) });

/** Text that is JSON already, for example from a cache. */
export const page = (body: string): Answer => ({ status: 200, body });

/** A shopper's own browser asks each time; a cache that many share may answer for so long, and hears of changes. */
const shared = { "cache-control": "public, max-age=0, s-maxage=5" } as const;
/** The same page for everybody. */
export const sharedPage = (body: string): Answer => ({ status: 200, body, headers: shared });
/** Which paths are old by a change, as a regular expression, for the edges it comes through: home and categories. */
export const purging = { "surrogate-purge": "^/(category/|$|[?])" } as const;

export const ok = json(200, { status: "ok" });
export const done = json(201, { status: "ok" });
export const absent = json(404, { status: "absent" });
export const busy = json(503, { status: "busy" });
export const failed = json(500, { status: "error" });
export const soldOut = json(409, { status: "sold-out" });
/** The unit went back to the shelf before it was paid for. */
export const expired = json(409, { status: "expired" });
export const keyReused = json(422, { status: "key-reused" });
export const notAllowed = json(405, { status: "method-not-allowed" });
/** Nobody reads it: the caller left before the request was whole. nginx logs such requests as 499. */
export const gone = json(499, { status: "gone" });
export const tooLarge = json(413, { status: "too-large" });

export const accepted = (orderId: number): Answer => ({
  status: 201,
  body: `{"status":"accepted","orderId":${orderId}}`,
});
export const refused = (reason: "not-open" | "limit"): Answer => json(403, { status: "refused", reason });
