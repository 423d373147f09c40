/** Requests as the text that goes over the wire, put together from parts that were checked once. */
import type { ShopRequest } from "../../../scenarios/scenario.ts";
import { slash } from "./octets.ts";

/** What of a path cannot stand in a request line; as in Node and undici. */
const badInPath = /[^\x21-\x7e\x80-\xff]/;
const badInValue = /[^\t\x20-\x7e\x80-\xff]/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What the sender sees to itself. A scenario that set these could put us out of step with the server. */
const ours = ["transfer-encoding", "upgrade", "keep-alive"];

/** One header name as scenarios write it. */
interface KnownName {
  readonly lowerCase: string;
  /** `name: ` */
  readonly line: string;
  readonly because: string;
}

export class RequestTexts {
  readonly #host: string;
  readonly #names = new Map<string, KnownName>();
  /** Behind the path of a request without headers and body. */
  readonly #plainTail: string;
  /** Whether the request of the last `compose` asks the server to close. */
  isLast = false;
  /** Why the last `compose` gave nothing. */
  because = "";

  /** @param host as it stands in the Host field */
  constructor(host: string) {
    this.#host = host;
    this.#plainTail = ` HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n\r\n`;
  }

  /** The whole request: a string when every character is one octet, else bytes. Undefined when it cannot be sent. */
  compose(request: ShopRequest): string | Buffer | undefined {
    const { method, path, body, headers } = request;
    this.isLast = false;
    if (path.charCodeAt(0) !== slash || badInPath.test(path)) {
      return this.#refuse(
        `"${path}" is not a path: it has to begin with / and cannot hold spaces or line breaks`,
      );
    }
    if (headers === undefined && body === undefined && (method === "GET" || method === "HEAD")) {
      return `${method} ${path}${this.#plainTail}`;
    }
    const bodyBytes = body === undefined ? 0 : Buffer.byteLength(body);
    const fields = this.#fields(headers, body !== undefined, bodyBytes);
    if (fields === undefined) return undefined;
    const length =
      body === undefined && !announcesEmptyBody(method) ? "" : `content-length: ${bodyBytes}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\n${fields}${length}\r\n`;
    if (body === undefined) return head;
    // As many octets as characters: all of it is ASCII.
    if (bodyBytes === body.length) return head + body;
    return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body, "utf8")]);
  }

  #fields(
    headers: Readonly<Record<string, string>> | undefined,
    hasBody: boolean,
    bodyBytes: number,
  ): string | undefined {
    let lines = "";
    let hasHost = false;
    let hasType = false;
    for (const name in headers) {
      const value = headers[name]!;
      const known = this.#names.get(name) ?? this.#learn(name);
      if (known.because !== "") return this.#refuse(known.because);
      if (badInValue.test(value)) return this.#refuse(`the header ${name} cannot be "${value}"`);
      switch (known.lowerCase) {
        case "host":
          hasHost = true;
          break;
        case "content-type":
          hasType = true;
          break;
        case "content-length":
          if (value !== String(bodyBytes)) {
            return this.#refuse(`content-length is given as ${value}, and the body has ${bodyBytes} bytes`);
          }
          continue;
        case "connection":
          if (value.toLowerCase() === "close") this.isLast = true;
          else if (value.toLowerCase() !== "keep-alive") {
            return this.#refuse(`the header connection cannot be "${value}", only close or keep-alive`);
          }
          continue;
      }
      lines += `${known.line}${value}\r\n`;
    }
    const host = hasHost ? "" : `host: ${this.#host}\r\n`;
    const type = hasBody && !hasType ? "content-type: application/json\r\n" : "";
    return `${host}connection: ${this.isLast ? "close" : "keep-alive"}\r\n${lines}${type}`;
  }

  #learn(name: string): KnownName {
    const lowerCase = name.toLowerCase();
    let because = "";
    if (!token.test(name)) because = `"${name}" is not the name of a header`;
    else if (ours.includes(lowerCase)) because = `the header ${name} is the sender's own`;
    const known = { lowerCase, line: `${name}: `, because };
    // Names are a scenario's vocabulary. Made-up ones (a number in each) are learned anew each time.
    if (this.#names.size < 1000) this.#names.set(name, known);
    return known;
  }

  #refuse(because: string): undefined {
    this.because = because;
    return undefined;
  }
}

/** Methods whose missing body is announced as one of length 0 (RFC 9110, 8.6). */
function announcesEmptyBody(method: ShopRequest["method"]): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}
