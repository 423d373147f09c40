/** Who calls, in the metadata of a call: what the caller says of itself, or else the machine it calls from. */
import type { Metadata } from "@grpc/grpc-js";

/** Key of gRPC's metadata, and of the bus's HTTP header. */
export const callerKey = "caller";

export function callerOf(call: { readonly metadata: Metadata; getPeer(): string }): string {
  const [said] = call.metadata.get(callerKey);
  // Without the port: a connection that was made anew is not somebody else.
  return said === undefined ? call.getPeer().replace(/:\d+$/, "") : String(said);
}
