/** One request as a handler reads it: every reading that fails is noted, and `check` reports all of them at once. */

/** What was asked for makes no sense; the door answers 400 with the problems. */
export class BadRequest extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "BadRequest";
    this.problems = problems;
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Largest id the tables hold (int4). */
const ID_MAX = 2_147_483_647;
const KEY = /^[\x21-\x7e]{1,128}$/;

export class Call {
  readonly #headers: Headers;
  readonly #param: string;
  readonly #search: string;
  readonly #bodyText: string;
  readonly #problems: string[] = [];
  #query: URLSearchParams | undefined;
  #body: Readonly<Record<string, unknown>> | undefined;
  #actor: number | undefined;

  /** `search` is what follows the question mark; `bodyText` is empty when there was no body. */
  constructor(headers: Headers, param: string, search: string, bodyText: string) {
    this.#headers = headers;
    this.#param = param;
    this.#search = search;
    this.#bodyText = bodyText;
  }

  /** Who acts. */
  user(): number {
    return this.#actor ?? this.#whole(this.#headers["x-user"], "header x-user", 1, ID_MAX);
  }

  /** From now on it is this user who acts, whatever the header says: a session has told. */
  actAs(userId: number): void {
    this.#actor = userId;
  }

  /** A header as it was sent, by its name in small letters; undefined when it is absent or stands there several times. */
  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === "string" ? value : undefined;
  }

  /** The body as it was sent; empty when there was none. */
  get bodyText(): string {
    return this.#bodyText;
  }

  /** The idempotency key. */
  key(): string {
    const key = this.optionalKey();
    if (key === undefined) this.#problems.push("header Idempotency-Key is missing");
    return key ?? "";
  }

  optionalKey(): string | undefined {
    const key = this.#headers["idempotency-key"];
    if (key === undefined) return undefined;
    if (typeof key === "string" && KEY.test(key)) return key;
    this.#problems.push("header Idempotency-Key must be 1 to 128 printable ASCII characters without spaces");
    return undefined;
  }

  /** The id in the path. */
  id(max = ID_MAX): number {
    return this.#whole(this.#param, "the id in the path", 0, max);
  }

  /** The last part of the path, as it stands there. */
  wordInPath(): string {
    return this.#param;
  }

  /** An idempotency key in the path. */
  keyInPath(): string {
    let key = "";
    try {
      key = decodeURIComponent(this.#param);
    } catch {
      // Falls through to the same problem as any other malformed key.
    }
    if (!KEY.test(key))
      this.#problems.push("the key in the path must be 1 to 128 printable ASCII characters");
    return key;
  }

  /** The page number in the query, from 1. */
  page(max: number): number {
    const page = this.query("page");
    return page === undefined ? 1 : this.#whole(page, "page", 1, max);
  }

  query(name: string): string | undefined {
    if (this.#search === "") return undefined;
    this.#query ??= new URLSearchParams(this.#search);
    return this.#query.get(name) ?? undefined;
  }

  /** A whole number in the query. */
  wholeQuery(name: string, max: number): number | undefined {
    const text = this.query(name);
    return text === undefined ? undefined : this.#whole(text, name, 1, max);
  }

  /** Whatever stands under that name in the body. */
  value(name: string): unknown {
    return this.#field(name);
  }

  /** A whole number in the body. */
  whole(name: string, min = 1, max = ID_MAX): number {
    return this.#whole(this.#field(name), name, min, max);
  }

  optionalWhole(name: string, min = 1, max = ID_MAX): number | undefined {
    return this.#field(name) === undefined ? undefined : this.whole(name, min, max);
  }

  /** Text in the body, 1 to `maxLength` characters. */
  optionalText(name: string, maxLength: number): string | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value === "string" && value.length >= 1 && value.length <= maxLength) return value;
    this.#problems.push(`${name} must be text of 1 to ${maxLength} characters`);
    return undefined;
  }

  text(name: string, maxLength: number): string {
    if (this.#field(name) === undefined) this.#problems.push(`${name} is missing`);
    return this.optionalText(name, maxLength) ?? "";
  }

  /** One word of a closed set in the body. */
  optionalOneOf<const W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.#field(name);
    if (value === undefined || words.includes(value as W)) return value as W | undefined;
    this.#problems.push(`${name} must be one of ${words.join(", ")}`);
    return undefined;
  }

  /** Adds a problem of the handler's own. */
  problem(sentence: string): void {
    this.#problems.push(sentence);
  }

  /** @throws {BadRequest} when any reading before failed */
  check(): void {
    if (this.#problems.length > 0) throw new BadRequest(this.#problems);
  }

  #field(name: string): unknown {
    this.#body ??= this.#parse();
    return this.#body[name] ?? undefined;
  }

  #parse(): Readonly<Record<string, unknown>> {
    if (this.#bodyText === "") return {};
    try {
      const value: unknown = JSON.parse(this.#bodyText);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        return value as Readonly<Record<string, unknown>>;
      }
    } catch {
      // Falls through: what is no JSON is no JSON object either.
    }
    this.#problems.push("the body must be a JSON object");
    return {};
  }

  #whole(value: unknown, what: string, min: number, max: number): number {
    const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
    if (Number.isSafeInteger(number) && (number as number) >= min && (number as number) <= max) {
      return number as number;
    }
    this.#problems.push(
      value === undefined ? `${what} is missing` : `${what} must be a whole number from ${min} to ${max}`,
    );
    return min;
  }
}
