/** An independent look through an edge: one connection, one exchange in the callee's own language, and how it went. */
import { connect } from "node:net";
import type { Component } from "../../targets/target.ts";

export type EdgeLook =
  /** Something came back, if only an orderly end. */
  | { readonly how: "answered"; readonly afterMs: number }
  /** Taken, and nothing came back in time. */
  | { readonly how: "silent" }
  | { readonly how: "refused" }
  | { readonly how: "reset" };

/** @param component of the callee; absent: an HTTP server */
export function lookThrough(
  address: string,
  component: Component | undefined,
  limitMs: number,
): Promise<EdgeLook> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const startMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const limit = setTimeout(() => end({ how: "silent" }), limitMs);
    const end = (look: EdgeLook) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(look);
    };
    const answered = () => end({ how: "answered", afterMs: performance.now() - startMs });
    socket.once("connect", () => socket.write(greetingFor(component)));
    socket.once("data", answered);
    socket.once("end", answered);
    socket.once("error", ({ code }: NodeJS.ErrnoException) =>
      end({ how: code === "ECONNREFUSED" ? "refused" : "reset" }),
    );
  });
}

/** SSLRequest: answered with one byte and no trace in the log. Source: PostgreSQL's message formats. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
/** The client's preface with empty settings, answered with settings. Source: RFC 9113, section 3.4. */
const http2Preface = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const http1 = Buffer.from("GET /health HTTP/1.1\r\nhost: relay.bench\r\nconnection: close\r\n\r\n");

function greetingFor(component: Component | undefined): Buffer {
  switch (component) {
    case "postgres":
      return sslRequest;
    case "redis":
      return Buffer.from("PING\r\n");
    case "nats":
      // It speaks first.
      return Buffer.alloc(0);
    case "zookeeper":
      return Buffer.from("srvr");
    case "service":
    case "bus":
      return http2Preface;
    default:
      return http1;
  }
}
