/** What every server of these tests serves: one path for each way in which an answer can be framed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hastyIdleMs, type Ports } from "./wire-server.ts";

export const largeBytes = 3 * 1024 * 1024;
export const large = "0123456789abcde\n".repeat(largeBytes / 16);
export const earlyLink = "</style.css>; rel=preload; as=style";
/** Answers with this many fields of one name. */
export const cookies = 20;
/** Of what it heard, it says this much; the rest differs from client to client for good reasons. */
export const toldFields = ["content-type", "content-length", "x-probe"];

/** The site, served by Node. */
export class Site implements AsyncDisposable {
  readonly ports: Ports;
  readonly #servers: readonly Server[];

  private constructor(servers: readonly Server[]) {
    this.#servers = servers;
    const [patient, hasty] = servers.map((server) => (server.address() as AddressInfo).port);
    this.ports = { patient: patient!, hasty: hasty! };
  }

  static async open(): Promise<Site> {
    const patient = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      void answer(request, response);
    });
    const hasty = createServer({ keepAliveTimeout: hastyIdleMs }, (request, response) => {
      // Whoever sets this field himself announces no time.
      response.setHeader("connection", "keep-alive");
      void answer(request, response);
    });
    for (const server of [patient, hasty])
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Site([patient, hasty]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "", method = "", headers } = request;
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  switch (url) {
    case "/length":
      response.setHeader("etag", '"1"');
      if (headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else response.setHeader("content-length", 5).end("hello");
      return;
    case "/own":
      response.setHeader("cache-control", "max-age=3600").setHeader("content-length", 4).end("own\n");
      return;
    case "/chunked":
      response.write("one,");
      setImmediate(() => response.end("two"));
      return;
    case "/trailers":
      response.setHeader("trailer", "x-checksum");
      response.write("summed");
      response.addTrailers({ "x-checksum": "42" });
      // So that a server in front which does not like trailers has sent its head by then.
      setTimeout(() => response.end(), 20);
      return;
    case "/204":
      response.writeHead(204).end();
      return;
    case "/empty":
      response.setHeader("content-length", 0).end();
      return;
    case "/large":
      response.setHeader("content-length", largeBytes).end(large);
      return;
    case "/large-chunked":
      for (let from = 0; from < largeBytes; from += 100_000)
        response.write(large.slice(from, from + 100_000));
      response.end();
      return;
    case "/until-close":
      response.setHeader("connection", "close");
      response.removeHeader("transfer-encoding");
      response.write("to the ");
      setImmediate(() => response.end("end"));
      return;
    case "/last":
      response.setHeader("connection", "close").setHeader("content-length", 4).end("last");
      return;
    case "/fields":
      response.setHeader(
        "set-cookie",
        Array.from({ length: cookies }, (_, index) => `crumb${index}=${"x".repeat(100)}; Path=/`),
      );
      response.setHeader("x-empty", "").setHeader("content-length", 2).end("ok");
      return;
    case "/early":
      response.writeEarlyHints({ link: earlyLink }, () =>
        response.setHeader("content-length", 5).end("later"),
      );
      return;
    case "/echo": {
      const told = toldFields.map((name) => `${name}: ${headers[name] ?? "none"}\n`).join("");
      response.end(`${method}\n${told}\n${Buffer.concat(pieces).toString("utf8")}`);
      return;
    }
    default:
      response.writeHead(404).end("no such thing");
  }
}
