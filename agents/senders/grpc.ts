/** Unary gRPC over HTTP/2: the request's body is the message's octets, its path the method. */
import { grpcDialect } from "./grpc/grpc-dialect.ts";
import { Http2Sender, type Http2SenderOptions } from "./http2.ts";

export type GrpcSenderOptions = Omit<Http2SenderOptions, "dialect">;

/** @throws {Failure} `usage` when there is no base URL, or one is not the origin of a server */
export function grpcSender(options: GrpcSenderOptions): Http2Sender {
  return new Http2Sender({ ...options, dialect: grpcDialect(options.requestTimeoutMs) });
}
