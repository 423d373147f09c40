/** What came of a request, and what the client knows about an attempt afterwards. Two closed sets. */

/** What came of one request, as a shopper would say it. A closed set; `isGood` and `bookOf` below give each its meaning. */
export type Outcome =
  | "ok"
  /** A definite and correct no: nothing left. */
  | "sold-out"
  /** A definite and correct no for this shopper: not open yet, limit reached. */
  | "refused"
  /** The target shed the request on purpose, and said so itself (so nothing was done). */
  | "busy"
  /** An answer that is not what was asked for. */
  | "wrong"
  /** An unexpected status, for example 500 or 502. What was done is unknown. */
  | "error"
  /** No complete answer within the limit. */
  | "timeout"
  /** Connection refused, reset or closed before a complete answer. */
  | "disconnected";

export const outcomes: readonly Outcome[] = [
  "ok",
  "sold-out",
  "refused",
  "busy",
  "wrong",
  "error",
  "timeout",
  "disconnected",
];

/** Whether a shopper could be content with it; everything else spends the error budget. */
export const isGood = (outcome: Outcome): boolean =>
  outcome === "ok" || outcome === "sold-out" || outcome === "refused";

/** Whether a complete answer arrived (completed) or not (failed). */
export const isAnswered = (outcome: Outcome): boolean => outcome !== "timeout" && outcome !== "disconnected";

/** The ledger's two bits. */
export type Booked = "accepted" | "rejected" | "indeterminate" | "never-sent";

/** What the client knows about an attempt after `outcome`; `sent` is false when no byte left. */
export function bookOf(outcome: Outcome, sent: boolean): Booked {
  if (!sent) return "never-sent";
  switch (outcome) {
    case "ok":
      return "accepted";
    case "sold-out":
    case "refused":
    case "busy":
      return "rejected";
    case "wrong":
    case "error":
    case "timeout":
    case "disconnected":
      return "indeterminate";
    default:
      return outcome satisfies never;
  }
}
