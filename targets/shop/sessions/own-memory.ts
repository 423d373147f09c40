/** Sessions in this node's own memory: whoever asks another node next time has lost theirs. */
import { randomBytes } from "node:crypto";
import { Lru } from "../cache/lru.ts";
import { SESSION_LIFE_S, type Session, type Sessions, setCookie } from "./session.ts";

/** Sessions a node remembers; of 1 kB each that is 50 MB. */
const SESSIONS_KEPT = 50_000;

export class OwnMemory implements Sessions {
  readonly isReady = true;
  readonly #kept: Lru<Session>;
  readonly #epochMs: () => number;

  constructor(epochMs: () => number, entries = SESSIONS_KEPT) {
    this.#kept = new Lru(entries, epochMs);
    this.#epochMs = epochMs;
  }

  open(session: Session): Promise<string> {
    const word = newWord();
    setCookie(word);
    this.keep(word, session);
    return Promise.resolve(word);
  }

  find(word: string): Session | undefined {
    return this.#kept.get(word);
  }

  /** Takes over a session that was opened elsewhere. */
  keep(word: string, session: Session): void {
    const lifeMs = Math.min(SESSION_LIFE_S * 1_000, session.endsAtEpochMs - this.#epochMs());
    if (lifeMs > 0) this.#kept.set(word, session, lifeMs);
  }

  /** Everything kept, for a node that has just come up. */
  entries(): readonly (readonly [word: string, session: Session])[] {
    return this.#kept.entries();
  }

  async close(): Promise<void> {}
}

/** 144 random bits: nobody guesses a login. */
export const newWord = () => randomBytes(18).toString("base64url");
