/** Unary gRPC calls in HTTP/2 streams: one message there, one back, and a status. Source: PROTOCOL-HTTP2.md of gRPC. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { Dialect, Reading } from "../http2/dialect.ts";
import { addFields, pathProblem } from "../http2/fields.ts";
import { fieldOf } from "../http2/http-dialect.ts";
import { grpcTimeout, isGrpcTimeout } from "./deadline.ts";
import { framed, MessageReader } from "./framing.ts";
import { codeOfHttpStatus, httpStatusOf } from "./status.ts";

/** The limit that gRPC's own clients put on a message they receive. A judge sees no more of a longer one. */
const keptMessageBytes = 4 * 1024 * 1024;

const servicePath = /^\/[^/]+\/[^/]+$/;
const beyondLatin1 = /[^\0-\xff]/;

const unknown = 2;
const unimplemented = 12;
const internal = 13;

/** @param requestTimeoutMs what the server is told about how long we wait */
export function grpcDialect(requestTimeoutMs: number): Dialect {
  const timeout = grpcTimeout(requestTimeoutMs);
  return {
    compose({ method, path, body = "", headers }, scheme, authority) {
      if (method !== "POST") return `a gRPC call is a POST, not a ${method}`;
      let problem = pathProblem(path);
      if (problem !== "") return problem;
      if (!servicePath.test(path)) return `"${path}" is not /package.Service/Method`;
      if (beyondLatin1.test(body)) return "the message holds a character that is not one octet (Latin-1)";
      const fields: OutgoingHttpHeaders = {
        ":method": method,
        ":path": path,
        ":scheme": scheme,
        ":authority": authority,
      };
      problem = addFields(fields, headers);
      if (problem !== "") return problem;
      fields["te"] = "trailers";
      const type = (fields["content-type"] ??= "application/grpc");
      if (!String(type).startsWith("application/grpc")) return `content-type ${type} is not that of gRPC`;
      const deadline = (fields["grpc-timeout"] ??= timeout);
      if (!isGrpcTimeout(String(deadline))) return `grpc-timeout cannot be "${deadline}"`;
      if ((fields["grpc-encoding"] ??= "identity") !== "identity") return "messages are sent uncompressed";
      fields["grpc-accept-encoding"] = "identity";
      return { fields, body: framed(body) };
    },
    newReading: (wantsBody) => new GrpcReading(wantsBody ? keptMessageBytes : 0),
  };
}

class GrpcReading implements Reading {
  readonly #reader: MessageReader;
  #head: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders | undefined = undefined;

  constructor(keptBytes: number) {
    this.#reader = new MessageReader(keptBytes);
  }

  head(fields: IncomingHttpHeaders): void {
    this.#head = fields;
  }

  data(chunk: Uint8Array): void {
    // What a proxy says when it cannot reach the server is not framed.
    if (this.#httpStatus === 200) this.#reader.read(chunk);
  }

  trailers(fields: IncomingHttpHeaders): void {
    this.#trailers = fields;
  }

  /** HTTP's word for the call's status; that of the HTTP answer when it is not gRPC's. */
  get status(): number {
    if (this.#said("grpc-status") === undefined && this.#httpStatus !== 200) return this.#httpStatus;
    return httpStatusOf(this.#verdict().code);
  }

  /** Of the trailers, else of the head. `grpc-status` is always there, and `grpc-message` is decoded. */
  header(name: string): string | undefined {
    switch (name.toLowerCase()) {
      case "grpc-status":
        return String(this.#verdict().code);
      case "grpc-message":
        return this.#verdict().message;
      default:
        return this.#said(name);
    }
  }

  /** The message, one character per octet (Latin-1); empty when there is none. */
  text(): string {
    return this.#reader.message;
  }

  get #httpStatus(): number {
    return Number(this.#head[":status"]);
  }

  #said(name: string): string | undefined {
    return (this.#trailers && fieldOf(this.#trailers, name)) ?? fieldOf(this.#head, name);
  }

  /** What the server said, unless that does not go with what it sent. */
  #verdict(): { readonly code: number; readonly message: string } {
    const { messages, isCompressed, isWhole } = this.#reader;
    if (isCompressed) return { code: internal, message: "the message is compressed, which nobody asked for" };
    if (!isWhole) return { code: internal, message: "the message is not complete" };
    const said = this.#said("grpc-status");
    if (said === undefined) {
      const code = codeOfHttpStatus(this.#httpStatus);
      return { code, message: `no grpc-status in an answer with HTTP status ${this.#httpStatus}` };
    }
    if (!/^[0-9]{1,3}$/.test(said)) return { code: unknown, message: `grpc-status is "${said}"` };
    const code = Number(said);
    if (code === 0 && messages !== 1) {
      return { code: unimplemented, message: `${messages} messages in the answer to a unary call` };
    }
    return { code, message: decoded(this.#said("grpc-message") ?? "") };
  }
}

/** Percent-encoded UTF-8; what is not well encoded stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
