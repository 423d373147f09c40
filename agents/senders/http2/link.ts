/** One HTTP/2 session as node:http2 makes it: over TCP with prior knowledge, or over TLS that agreed on h2. */
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TlsTrust } from "../wire/opening.ts";

/** Where to. */
export interface LinkAddress {
  readonly isSecure: boolean;
  /** Name or address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** What TLS asks for by name; empty for an address. */
  readonly serverName: string;
  /** Host, and port if it is not the scheme's own, as in `:authority`. */
  readonly authority: string;
}

/** How a session begins and ends, to whoever opened it. */
export interface LinkOwner {
  /** The server's settings have come, so it speaks HTTP/2. Also whenever it changes them. */
  onSettings(link: Link, maxStreams: number): void;
  /** No further stream may be begun on it. Those under way may still end well. Perhaps more than once. */
  onEnding(link: Link, reason: string): void;
  /** Its socket is closed. */
  onClosed(link: Link): void;
}

/**
 * Per stream and per session, so that the target's pace is measured and not our windows; what comes is taken at once.
 * The same as h2load's default (its manual: `--window-bits`, `--connection-window-bits`, both 30).
 */
const windowBytes = 2 ** 30 - 1;

/** In megabytes. Node ends streams of a session that buffers more; the number of our streams is the limit we mean. */
const maxSessionMemory = 1024;

export class Link {
  readonly http2: ClientHttp2Session;
  /** Above this id the server has processed nothing, by its own word. */
  lastProcessedId = Number.POSITIVE_INFINITY;
  /** Streams under way on it. */
  streams = 0;
  /** Streams it has ever had. */
  begun = 0;
  readonly #socket: Socket;

  constructor(address: LinkAddress, trust: TlsTrust, owner: LinkOwner) {
    const { isSecure, authority } = address;
    const socket = openSocket(address, trust);
    this.#socket = socket;
    socket.on("close", () => owner.onClosed(this));
    const http2 = connectHttp2(`${isSecure ? "https" : "http"}://${authority}`, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: windowBytes },
      maxSessionMemory,
    });
    this.http2 = http2;
    http2.once("connect", () => {
      if (http2.alpnProtocol === (isSecure ? "h2" : "h2c")) http2.setLocalWindowSize(windowBytes);
      else this.destroy();
    });
    http2.on("remoteSettings", ({ maxConcurrentStreams }) =>
      owner.onSettings(this, maxConcurrentStreams ?? Number.POSITIVE_INFINITY),
    );
    http2.on("goaway", (code, lastStreamId) => {
      this.lastProcessedId = lastStreamId;
      owner.onEnding(this, `the server said goodbye with code ${code}`);
    });
    http2.on("error", (error: NodeJS.ErrnoException) => owner.onEnding(this, error.code ?? error.message));
    http2.on("close", () => owner.onEnding(this, "closed"));
  }

  /** Whether a stream can be begun. */
  get isUsable(): boolean {
    return !this.http2.closed && !this.http2.destroyed;
  }

  destroy(): void {
    this.http2.destroy();
    // Not under nghttp2's hands: whoever calls may be on a tick within its reading.
    setImmediate(() => this.#socket.destroy());
  }

  /** Resolves when the socket is closed. */
  closed(): Promise<void> {
    if (this.#socket.closed) return Promise.resolve();
    return new Promise((resolve) => this.#socket.once("close", () => resolve()));
  }
}

function openSocket({ isSecure, host, port, serverName }: LinkAddress, trust: TlsTrust): Socket {
  if (!isSecure) return connectTcp({ host, port });
  return connectTls({
    host,
    port,
    servername: serverName,
    ALPNProtocols: ["h2"],
    rejectUnauthorized: trust.rejectUnauthorized ?? true,
    ...(trust.ca === undefined ? {} : { ca: trust.ca }),
  });
}
