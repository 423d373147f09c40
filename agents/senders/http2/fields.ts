/** Header fields as HTTP/2 wants them: names in lower case, checked once each, and none that belongs to a connection. */
import type { OutgoingHttpHeaders } from "node:http2";

/** What of a path cannot stand in `:path`; as in the HTTP/1.1 senders. */
const badInPath = /[^\x21-\x7e\x80-\xff]/;
const badInValue = /[^\t\x20-\x7e\x80-\xff]/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** They speak about an HTTP/1.1 connection, and make an HTTP/2 message malformed (RFC 9113, 8.2.2). */
const ofConnections: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Names are a scenario's vocabulary. Made-up ones (a number in each) are learned anew each time. */
const namesKept = 1000;

/** Names known to be good, as written and in lower case. */
const known = new Map<string, string>();

/** Why `path` cannot be asked for; empty when it can. */
export function pathProblem(path: string): string {
  if (path.charCodeAt(0) === 47 && !badInPath.test(path)) return "";
  return `"${path}" is not a path: it has to begin with / and cannot hold spaces or line breaks`;
}

/** Adds `headers` to `fields`; returns why that cannot be done, empty when it was. A host becomes the authority. */
export function addFields(
  fields: OutgoingHttpHeaders,
  headers: Readonly<Record<string, string>> | undefined,
): string {
  for (const name in headers) {
    const value = headers[name]!;
    const lowerCase = known.get(name) ?? learn(name);
    if (lowerCase === undefined) return nameProblem(name);
    if (badInValue.test(value)) return `the header ${name} cannot be "${value}"`;
    if (lowerCase === "te" && value !== "trailers") return `the header te can only be "trailers" in HTTP/2`;
    if (lowerCase === "host") fields[":authority"] = value;
    else if (fields[lowerCase] !== undefined) return `the header ${name} is given twice`;
    else fields[lowerCase] = value;
  }
  return "";
}

function learn(name: string): string | undefined {
  if (nameProblem(name) !== "") return undefined;
  const lowerCase = name.toLowerCase();
  if (known.size < namesKept) known.set(name, lowerCase);
  return lowerCase;
}

function nameProblem(name: string): string {
  if (!token.test(name)) return `"${name}" is not the name of a header`;
  if (ofConnections.has(name.toLowerCase()))
    return `the header ${name} is about connections of HTTP/1.1, and there is none`;
  return "";
}
