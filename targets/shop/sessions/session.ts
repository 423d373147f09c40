/** A login: who, until when, and what the shop wants to remember about the visit. Where it is kept is another matter. */

export interface Session {
  readonly userId: number;
  /** What is remembered beside who it is; it makes sessions as large as they are elsewhere. */
  readonly note: string;
  readonly endsAtEpochMs: number;
}

/** A way to keep sessions. The word it gives out is what the shopper's cookie holds. */
export interface Sessions {
  /**
   * Keeps the session and gives the word for the cookie; resolves when it can be found as widely as this way promises.
   * @throws {SessionTooLarge} when the word would not fit into a cookie
   */
  open(session: Session): Promise<string>;
  /** The session behind the word; undefined when it is not known here, has ended, or was never given out. */
  find(word: string): Session | undefined | Promise<Session | undefined>;
  /** Whether what this way promises holds from now on; a node must not serve before. */
  readonly isReady: boolean;
  close(): Promise<void>;
}

export class SessionTooLarge extends Error {
  readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    super(`a cookie of ${sizeBytes} bytes is more than ${COOKIE_LIMIT_BYTES}`);
    this.name = "SessionTooLarge";
    this.sizeBytes = sizeBytes;
  }
}

/** Source: RFC 6265, 6.1: name, value and attributes of a cookie together; more need not be kept by a browser. */
export const COOKIE_LIMIT_BYTES = 4_096;
/** How long a login lasts. */
export const SESSION_LIFE_S = 1_800;

const NAME = "session";
const ATTRIBUTES = `Path=/; Max-Age=${SESSION_LIFE_S}; HttpOnly; SameSite=Lax`;

/**
 * The header that gives the word to the shopper.
 * @throws {SessionTooLarge}
 */
export function setCookie(word: string): string {
  const text = `${NAME}=${word}; ${ATTRIBUTES}`;
  if (text.length > COOKIE_LIMIT_BYTES) throw new SessionTooLarge(text.length);
  return text;
}

/** The word a shopper brings along in the header `Cookie`. */
export function wordOf(cookies: string | undefined): string | undefined {
  if (cookies === undefined) return undefined;
  for (const part of cookies.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === NAME) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** A session from JSON text that came from elsewhere; undefined when it is none. */
export function sessionFrom(text: string): Session | undefined {
  try {
    const value = JSON.parse(text) as Partial<Session> | null;
    const { userId, note, endsAtEpochMs } = value ?? {};
    if (!Number.isSafeInteger(userId) || typeof note !== "string" || typeof endsAtEpochMs !== "number") {
      return undefined;
    }
    return { userId: userId!, note, endsAtEpochMs };
  } catch {
    return undefined;
  }
}
