/** What gRPC's failures say of what was done, and how a service says it: in trailing metadata, where nobody else writes. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { NotDone } from "../data/not-done.ts";
import { CallFailed } from "./call-failed.ts";

const reasons: readonly NotDone["reason"][] = ["full", "unreachable", "undone"];

/** A service's failure that did nothing, as gRPC sends it. */
export function undone({ reason, message }: NotDone) {
  const metadata = new Metadata();
  metadata.set("outcome", "undone");
  metadata.set("reason", reason);
  const code = reason === "full" ? status.RESOURCE_EXHAUSTED : status.UNAVAILABLE;
  return { code, details: message, metadata };
}

/**
 * A failure as a caller has to take it. The status alone does not tell: gRPC itself says UNAVAILABLE of a connection
 * that broke in the middle of a call, and RESOURCE_EXHAUSTED of an answer that is too long.
 */
export function failureOf(path: string, error: ServiceError): NotDone | CallFailed {
  const sentence = `${path}: ${error.details || error.message}`;
  const said = (name: string) => error.metadata?.get(name)[0];
  const reason = reasons.find((each) => each === said("reason"));
  if (said("outcome") === "undone" && reason !== undefined) return new NotDone(reason, sentence, error);
  return new CallFailed(sentence, error);
}
