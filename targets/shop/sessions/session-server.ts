/** Sessions in a Redis of their own: any node can go; one more look per request; and when it is gone nobody is logged in. */
import { NotDone } from "../data/not-done.ts";
import { newWord } from "./own-memory.ts";
import { SESSION_LIFE_S, type Session, type Sessions, sessionFrom, setCookie } from "./session.ts";

/** What is needed of Redis. */
export interface SessionStore {
  get(key: string): Promise<string | null>;
  set(key: string, text: string, unit: "EX", lifeS: number): Promise<unknown>;
  disconnect(): void;
}

export class SessionServer implements Sessions {
  /** Also while its server is silent: who has not logged in is served all the same. */
  readonly isReady = true;
  readonly #redis: SessionStore;
  readonly #epochMs: () => number;

  constructor(redis: SessionStore, epochMs: () => number) {
    this.#redis = redis;
    this.#epochMs = epochMs;
  }

  /** @throws {NotDone} when the server does not answer */
  async open(session: Session): Promise<string> {
    const word = newWord();
    setCookie(word);
    await answered(this.#redis.set(`session:${word}`, JSON.stringify(session), "EX", SESSION_LIFE_S));
    return word;
  }

  /** @throws {NotDone} when the server does not answer: whether the session is lost cannot be known */
  async find(word: string): Promise<Session | undefined> {
    const text = await answered(this.#redis.get(`session:${word}`));
    const session = text === null ? undefined : sessionFrom(text);
    return session && session.endsAtEpochMs > this.#epochMs() ? session : undefined;
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

async function answered<V>(question: Promise<V>): Promise<V> {
  try {
    return await question;
  } catch (error) {
    throw new NotDone("unreachable", "the session server does not answer", error);
  }
}
