/** What became of a call, in the words of gRPC, and the same in HTTP. Nothing that is known is lost on the way. Pure. */

/** By number. Source: github.com/grpc/grpc, doc/statuscodes.md. */
const names = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

export type StatusName = (typeof names)[number];

/** Why a call was not answered with a message. */
export interface NotAnswered {
  readonly status: Exclude<StatusName, "OK">;
  readonly message: string;
  /** Trailing metadata: what the service says besides, as it was on the wire. Names in small letters. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The metadata by which services and the bus say that nothing was done. Without it that is not known. */
export const undone = (reason: "full" | "unreachable" | "undone") => ({ outcome: "undone", reason });

/** The name of a status number; a number nobody knows is UNKNOWN, as gRPC demands. */
export const nameOfStatus = (code: number): StatusName => names[code] ?? "UNKNOWN";

/** Source: the comments of github.com/googleapis/googleapis, google/rpc/code.proto. */
const httpStatusOf: Readonly<Record<StatusName, number>> = {
  OK: 200,
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

export interface HttpAnswer {
  readonly httpStatus: number;
  readonly body: string;
}

/** The answer to a call that was not answered with a message: `{status, message, metadata}`. */
export function httpOf({ status, message, metadata }: NotAnswered): HttpAnswer {
  return { httpStatus: httpStatusOf[status], body: JSON.stringify({ status, message, metadata }) };
}

/**
 * What a caller of the bus has been told by an answer that is no message. An answer that is not in the words of the bus
 * came from somebody between, and says nothing about what was done.
 */
export function notAnsweredBy({ httpStatus, body }: HttpAnswer): NotAnswered {
  let told: unknown;
  try {
    told = JSON.parse(body);
  } catch {
    // Falls through: what is no JSON is not from the bus either.
  }
  if (isNotAnswered(told)) return told;
  return {
    status: "UNKNOWN",
    message: `the bus answered ${httpStatus} ${JSON.stringify(body.slice(0, 100))}`,
    metadata: {},
  };
}

function isNotAnswered(told: unknown): told is NotAnswered {
  if (typeof told !== "object" || told === null) return false;
  const { status, message, metadata } = told as Partial<Record<keyof NotAnswered, unknown>>;
  return (
    names.includes(status as StatusName) &&
    status !== "OK" &&
    typeof message === "string" &&
    typeof metadata === "object" &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === "string")
  );
}
