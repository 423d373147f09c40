/** Sessions in every node's memory: each new one is sent to all others over HTTP before its shopper is answered. */
import type { Log } from "../log.ts";
import { type Fellows, TELL_EVERY_MS } from "./fellows.ts";
import type { OwnMemory } from "./own-memory.ts";
import { type Session, type Sessions, sessionFrom } from "./session.ts";
import { isSigned, signature } from "./signed-cookie.ts";

export interface ReplicatedOptions {
  readonly memory: OwnMemory;
  readonly fellows: Fellows;
  /** Shared by all nodes: a copy without their signature is nobody's session. */
  readonly key: string;
  readonly log: Log;
  /** One copy was sent to another node, or could not be. */
  sent(result: "kept" | "failed", sizeBytes: number): void;
}

/** How long a login waits for the copies: a node that hangs costs this much until it counts as silent. */
const ANSWER_LIMIT_MS = 300;
/** What was opened while this node was away is fetched at once, so this may take longer. */
const FETCH_LIMIT_MS = 2_000;

export const copiesPath = "/sessions/copies";

export class Replicated implements Sessions {
  readonly #options: ReplicatedOptions;
  readonly #timer: NodeJS.Timeout;
  #isReady = false;
  #telling: Promise<void> | undefined;

  constructor(options: ReplicatedOptions) {
    this.#options = options;
    const tellAgain = () => {
      // While the cache hangs, one at a time.
      this.#telling ??= this.#tell().finally(() => {
        this.#telling = undefined;
      });
    };
    this.#timer = setInterval(tellAgain, TELL_EVERY_MS);
    tellAgain();
  }

  /** Once the cache and all others have heard of this node. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Resolves when every other node has it, or has not answered in time. */
  async open(session: Session): Promise<string> {
    const word = await this.#options.memory.open(session);
    const text = copyOf(word, session);
    await Promise.all(this.#options.fellows.others.map((address) => this.#send(address, text)));
    return word;
  }

  find(word: string): Session | undefined {
    return this.#options.memory.find(word);
  }

  /** Takes copies from another node; how many were kept, or undefined when they are not signed. */
  take(text: string, signed: string | undefined): number | undefined {
    if (signed === undefined || !isSigned(this.#options.key, text, signed)) return undefined;
    return this.#keep(text);
  }

  /**
   * Everything this node has, for one that has just come up and asks with the signature of all; undefined without it.
   * Whoever asks is known from now on: a login right after it would else not be sent there.
   */
  async give(signed: string | undefined): Promise<string | undefined> {
    if (signed === undefined || !isSigned(this.#options.key, copiesPath, signed)) return undefined;
    // Not in line behind our own telling: two that come up together would each wait for the other.
    await this.#options.fellows.tell().catch((error) => this.#options.log.error("session-fellows", error));
    return this.#options.memory
      .entries()
      .map(([word, session]) => copyOf(word, session))
      .join("\n");
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#telling;
    await this.#options.fellows.leave().catch(() => {}); // The cache is gone: in two seconds nobody knows us either.
  }

  async #tell(): Promise<void> {
    const { fellows, log } = this.#options;
    try {
      if (!(await fellows.tell())) return;
      if (!this.#isReady) await this.#greet();
      this.#isReady = true;
    } catch (error) {
      log.error("session-fellows", error);
    }
  }

  /** A node that has just come up asks all others for what was opened while it was away, and so is known to them. */
  async #greet(): Promise<void> {
    const { fellows, key, log } = this.#options;
    const greeted = fellows.others.map(async (address) => {
      try {
        const response = await fetch(`http://${address}${copiesPath}`, {
          headers: { "x-signature": signature(key, copiesPath) },
          signal: AbortSignal.timeout(FETCH_LIMIT_MS),
        });
        const text = await response.text();
        if (response.ok) this.#keep(text);
      } catch (error) {
        log.error("session-fetch", error, { address });
      }
    });
    await Promise.all(greeted);
  }

  #keep(text: string): number {
    let kept = 0;
    for (const line of text.split("\n")) {
      const at = line.indexOf(" ");
      const session = at < 0 ? undefined : sessionFrom(line.slice(at + 1));
      if (session === undefined) continue;
      this.#options.memory.keep(line.slice(0, at), session);
      kept++;
    }
    return kept;
  }

  async #send(address: string, text: string): Promise<void> {
    const { key, sent, log } = this.#options;
    const sizeBytes = Buffer.byteLength(text);
    try {
      const response = await fetch(`http://${address}${copiesPath}`, {
        method: "POST",
        body: text,
        headers: { "x-signature": signature(key, text) },
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      await response.arrayBuffer();
      sent(response.ok ? "kept" : "failed", sizeBytes);
    } catch (error) {
      sent("failed", sizeBytes);
      log.error("session-copy", error, { address });
    }
  }
}

const copyOf = (word: string, session: Session) => `${word} ${JSON.stringify(session)}`;
