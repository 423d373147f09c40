/** Makes sockets, plain or TLS, that read into a buffer of ours. */
import { connect as connectTcp, type OnReadOpts, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { WireOrigin } from "./origin.ts";

/** Whom to believe when a server says who it is. */
export interface TlsTrust {
  /** Certificates in PEM to trust instead of the well-known ones. */
  readonly ca?: string;
  /** False believes any server. Default true. */
  readonly rejectUnauthorized?: boolean;
}

/** Larger than most answers, so that those are read by one system call. */
const readBytes = 64 * 1024;
/** A TLS record holds at most 16 KiB (RFC 8446, 5.1). */
const readTlsBytes = 16 * 1024;

/**
 * All plain sockets of this thread read into the same memory: a read and the callback about it are one step of the
 * loop, and what has to outlive it is copied by the parser. Ten thousand connections would else hold 640 MB.
 * Not on Windows, where the system fills a buffer before the loop hears of it.
 */
let shared: Buffer | undefined;

export function readBufferFor({ isSecure }: WireOrigin): Buffer {
  if (isSecure) return Buffer.allocUnsafeSlow(readTlsBytes);
  if (process.platform === "win32") return Buffer.allocUnsafeSlow(readBytes);
  shared ??= Buffer.allocUnsafeSlow(readBytes);
  return shared;
}

/** Begins to connect; `connect` or `secureConnect` (see `openedEvent`) says that it has worked. */
export function openSocket(origin: WireOrigin, trust: TlsTrust, onread: OnReadOpts): Socket {
  const { isSecure, host, port, serverName, lookup } = origin;
  // Of several addresses each is tried in turn, the next one at once when it refuses, and after 250 ms of silence.
  const named = lookup === undefined ? {} : { lookup, autoSelectFamily: true };
  if (!isSecure) return connectTcp({ host, port, onread, ...named });
  // Node passes `onread` on to the socket; its types do not say so.
  const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
    host,
    port,
    onread,
    ...named,
    servername: serverName,
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: trust.rejectUnauthorized ?? true,
    ...(trust.ca === undefined ? {} : { ca: trust.ca }),
  };
  return connectTls(options);
}

export const openedEvent = ({ isSecure }: WireOrigin): string => (isSecure ? "secureConnect" : "connect");
