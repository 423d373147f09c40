/** gRPC's status codes, said in HTTP's so that any judge understands them. */

/** By number, 0 to 16: each code's name and its HTTP status. Source: the comments in google/rpc/code.proto. */
const codes: readonly { readonly name: string; readonly httpStatus: number }[] = [
  { name: "OK", httpStatus: 200 },
  { name: "CANCELLED", httpStatus: 499 },
  { name: "UNKNOWN", httpStatus: 500 },
  { name: "INVALID_ARGUMENT", httpStatus: 400 },
  { name: "DEADLINE_EXCEEDED", httpStatus: 504 },
  { name: "NOT_FOUND", httpStatus: 404 },
  { name: "ALREADY_EXISTS", httpStatus: 409 },
  { name: "PERMISSION_DENIED", httpStatus: 403 },
  { name: "RESOURCE_EXHAUSTED", httpStatus: 429 },
  { name: "FAILED_PRECONDITION", httpStatus: 400 },
  { name: "ABORTED", httpStatus: 409 },
  { name: "OUT_OF_RANGE", httpStatus: 400 },
  { name: "UNIMPLEMENTED", httpStatus: 501 },
  { name: "INTERNAL", httpStatus: 500 },
  { name: "UNAVAILABLE", httpStatus: 503 },
  { name: "DATA_LOSS", httpStatus: 500 },
  { name: "UNAUTHENTICATED", httpStatus: 401 },
];

export type GrpcCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16;

/** The HTTP status of a code; 500 for a code nobody has defined. */
export const httpStatusOf = (code: number): number => codes[code]?.httpStatus ?? 500;

/** What an answer without a gRPC status means. Source: http-grpc-status-mapping.md in the gRPC documentation. */
export function codeOfHttpStatus(httpStatus: number): GrpcCode {
  switch (httpStatus) {
    case 400:
      return 13;
    case 401:
      return 16;
    case 403:
      return 7;
    case 404:
      return 12;
    case 429:
    case 502:
    case 503:
    case 504:
      return 14;
    default:
      return 2;
  }
}
