/** The whole session in the shopper's own cookie, signed: no node keeps anything, and nothing can be taken back. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type Session, type Sessions, sessionFrom, setCookie } from "./session.ts";

export class SignedCookie implements Sessions {
  readonly isReady = true;
  readonly #key: string;
  readonly #epochMs: () => number;

  constructor(key: string, epochMs: () => number) {
    this.#key = key;
    this.#epochMs = epochMs;
  }

  async open(session: Session): Promise<string> {
    const text = Buffer.from(JSON.stringify(session)).toString("base64url");
    const word = `${text}.${signature(this.#key, text)}`;
    setCookie(word);
    return word;
  }

  find(word: string): Session | undefined {
    const dot = word.indexOf(".");
    const text = word.slice(0, Math.max(0, dot));
    if (!isSigned(this.#key, text, word.slice(dot + 1))) return undefined;
    const session = sessionFrom(Buffer.from(text, "base64url").toString("utf8"));
    return session && session.endsAtEpochMs > this.#epochMs() ? session : undefined;
  }

  async close(): Promise<void> {}
}

export function signature(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** Compared in constant time. */
export function isSigned(key: string, text: string, signed: string): boolean {
  const [right, given] = [Buffer.from(signature(key, text)), Buffer.from(signed)];
  return right.length === given.length && timingSafeEqual(right, given);
}
