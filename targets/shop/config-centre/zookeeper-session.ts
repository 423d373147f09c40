/** One session with a ZooKeeper server: questions and answers in order, watches that fire once, pings in between. */
import { connect, type Socket } from "node:net";
import { Frames, JuteReader } from "./jute.ts";
import {
  closeRequest,
  connectRequest,
  createRequest,
  EVENT_XID,
  getRequest,
  PING_XID,
  pingRequest,
  readConnected,
  readEvent,
  readHeader,
  readVersion,
  readZnode,
  setRequest,
  type Znode,
  ZooKeeperError,
} from "./zookeeper-messages.ts";

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  /** After so much silence of ours the server forgets the session, and after two thirds of it we give the server up. */
  readonly timeoutMs: number;
  /** A watched path has changed; the watch is used up by that. */
  onChange(path: string): void;
}

interface Waiting {
  readonly what: string;
  resolve(reader: JuteReader): void;
  reject(error: Error): void;
}

export class ZooKeeperSession implements Disposable {
  /** Resolves with the reason when the session is over; never rejects. */
  readonly ended: Promise<Error>;
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #frames = new Frames();
  #lastXid = 0;
  #pinging: NodeJS.Timeout | undefined;
  /** Ours and not the socket's: that one counts our own pings as signs of life. */
  #silence: NodeJS.Timeout | undefined;
  #opened: ((grantedMs: number) => void) | undefined;
  #end: ((reason: Error) => void) | undefined;

  private constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.once("error", (error) => this.#close(error));
    socket.once("close", () => this.#close(new Error("the connection was closed")));
  }

  /** @throws {Error} when there is no server, or it refuses, or `signal` fires first */
  static async open(options: SessionOptions, signal: AbortSignal): Promise<ZooKeeperSession> {
    signal.throwIfAborted();
    const socket = connect({ host: options.host, port: options.port });
    const session = new ZooKeeperSession(socket, options);
    const stop = () => session.#close(new Error("given up"));
    signal.addEventListener("abort", stop, { once: true });
    try {
      const opened = new Promise<number>((resolve) => (session.#opened = resolve));
      socket.write(connectRequest(options.timeoutMs));
      session.#allowSilence(options.timeoutMs);
      const granted = await Promise.race([opened, session.ended]);
      if (granted instanceof Error) throw granted;
      if (granted <= 0) throw new Error("the server refused the session");
      session.#keepAlive(granted);
      return session;
    } catch (error) {
      session.#close(error as Error);
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** What is there now; with `isWatched` its next change is told once. */
  async get(path: string, isWatched: boolean): Promise<Znode> {
    return readZnode(await this.#ask(`get ${path}`, (xid) => getRequest(xid, path, isWatched)));
  }

  /** Replaces `version` and gives the new one; -1 replaces any. */
  async set(path: string, data: Buffer, version: number): Promise<number> {
    return readVersion(await this.#ask(`set ${path}`, (xid) => setRequest(xid, path, data, version)));
  }

  /** Makes a znode that stays. */
  async create(path: string, data: Buffer): Promise<void> {
    await this.#ask(`create ${path}`, (xid) => createRequest(xid, path, data));
  }

  /** Says goodbye, so that the server need not wait for us in vain. */
  [Symbol.dispose](): void {
    if (!this.#socket.destroyed) this.#socket.end(closeRequest(++this.#lastXid));
    this.#close(new Error("closed by us"));
  }

  #ask(what: string, request: (xid: number) => Buffer): Promise<JuteReader> {
    return new Promise((resolve, reject) => {
      if (this.#end === undefined || this.#socket.destroyed) {
        reject(new Error(`${what}: the session is over`));
        return;
      }
      const xid = ++this.#lastXid;
      this.#waiting.set(xid, { what, resolve, reject });
      this.#socket.write(request(xid));
    });
  }

  #keepAlive(grantedMs: number): void {
    // As the Java client does it: a ping in every third of the time-out, and a server silent for two is gone.
    this.#pinging = setInterval(() => this.#socket.write(pingRequest()), grantedMs / 3);
    this.#allowSilence((grantedMs * 2) / 3);
  }

  #allowSilence(limitMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#close(new Error("the server says nothing")), limitMs);
  }

  #read(chunk: Buffer): void {
    this.#silence?.refresh();
    try {
      for (const frame of this.#frames.push(chunk)) this.#understand(new JuteReader(frame));
    } catch (error) {
      this.#close(error as Error);
    }
  }

  #understand(reader: JuteReader): void {
    if (this.#opened) {
      this.#opened(readConnected(reader));
      this.#opened = undefined;
      return;
    }
    const { xid, code } = readHeader(reader);
    if (xid === PING_XID) return;
    if (xid === EVENT_XID) {
      this.#options.onChange(readEvent(reader));
      return;
    }
    const waiting = this.#waiting.get(xid);
    this.#waiting.delete(xid);
    if (code === 0) waiting?.resolve(reader);
    else waiting?.reject(new ZooKeeperError(code, waiting.what));
  }

  #close(reason: Error): void {
    if (this.#end === undefined) return;
    this.#end(reason);
    this.#end = undefined;
    clearInterval(this.#pinging);
    clearTimeout(this.#silence);
    this.#socket.destroySoon();
    for (const { what, reject } of this.#waiting.values())
      reject(new Error(`${what}: ${reason.message}`, { cause: reason }));
    this.#waiting.clear();
  }
}
