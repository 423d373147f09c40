/** Where requests go: the origin of a web server, and its connections. */
import { isIP, type LookupFunction } from "node:net";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import { Queue } from "../queue.ts";
import type { WireConnection } from "./connection.ts";
import { RequestTexts } from "./request-text.ts";

export interface WireOrigin {
  readonly isSecure: boolean;
  /** Name or address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** What TLS asks for by name; empty for an address. */
  readonly serverName: string;
  /** Finds the addresses of a name; absent: the system does. */
  readonly lookup?: LookupFunction;
  readonly texts: RequestTexts;
  /** Longest rested first; some of them may have been closed meanwhile. */
  readonly idle: Queue<WireConnection>;
  readonly all: WireConnection[];
}

/**
 * @param lookup finds the addresses of names; absent: the system does
 * @throws {Failure} `usage` when there is no base URL, or one is not the origin of a web server
 */
export function originsOf(baseUrls: readonly string[], lookup?: LookupFunction): WireOrigin[] {
  const problems = baseUrls.flatMap(problemsOf);
  if (baseUrls.length === 0) problems.push("no base URL was given");
  if (problems.length > 0) throw new Failure("usage", "there is nowhere to send requests to", { problems });
  return baseUrls.map((url) => originOf(url, lookup));
}

function originOf(text: string, lookup: LookupFunction | undefined): WireOrigin {
  const url = new URL(text);
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return {
    isSecure,
    host,
    port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
    serverName: isIP(host) === 0 ? host : "",
    ...(lookup && isIP(host) === 0 && { lookup }),
    texts: new RequestTexts(url.host),
    idle: new Queue(),
    all: [],
  };
}

function problemsOf(text: string): string[] {
  try {
    const { protocol, pathname, search, hash } = new URL(text);
    if (protocol !== "http:" && protocol !== "https:") return [`"${text}" is neither http nor https`];
    if (pathname !== "/" || search !== "" || hash !== "") return [`"${text}" must end after the host`];
    return [];
  } catch (error) {
    return [`"${text}" is not a URL: ${sentenceOf(error)}`];
  }
}
