/** Where a Prometheus asks for the figures of a run while it goes on: `GET /metrics`. Nothing of it is on the way of a request. */
import { createServer, type Server } from "node:http";
import { type Clock, sleep } from "../base/clock.ts";
import { Failure, sentenceOf } from "../base/failure.ts";
import type { Sample } from "../metrics/series/catalog.ts";
import { Exposition } from "../metrics/series/exposition.ts";

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** The port that the OpenTelemetry specification gives Prometheus exporters, and the nine after it: several runs may go on at once. */
export const usualPorts: readonly number[] = Array.from({ length: 10 }, (_, index) => 9464 + index);
export const usualHost = "127.0.0.1";

export interface MetricsDoor extends AsyncDisposable {
  readonly url: string;
  /** Whether a Prometheus has asked. */
  readonly isScraped: boolean;
  /**
   * Waits until a Prometheus that has asked while the run went on asks once more, so that it learns how it ended: as long as
   * it waited between its last questions and half as long again, `lastLookLimitMs` at most. None did, or it is long gone:
   * not at all.
   * @param say told that it is waited for
   */
  lastLook(signal: AbortSignal, say?: (sentence: string) => void): Promise<void>;
}

export const lastLookLimitMs = 15_000;

/** Every Prometheus says by it how long it will wait; nobody else does. Source: prometheus/scrape, since 1.8. */
const scrapeHeader = "x-prometheus-scrape-timeout-seconds";

interface DoorOptions {
  /** Absent: the first of the usual ports that is free. */
  readonly address?: MetricsAddress;
  readonly clock: Clock;
  /** @param isScrape whether it is a Prometheus that asks */
  look(isScrape: boolean): readonly Sample[];
}

/**
 * Undefined when none of the usual ports is free: a run goes on without.
 * @throws {Failure} `environment` when the address that was asked for cannot be had
 */
export async function openMetricsDoor({
  address,
  clock,
  look,
}: DoorOptions): Promise<MetricsDoor | undefined> {
  const exposition = new Exposition();
  const scrapedAtMs: number[] = [];
  let scraped = () => {};
  const told = async (isScrape: boolean) => exposition.text(look(isScrape));
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path !== "/metrics") {
      response.writeHead(path === "/" ? 200 : 404, { "content-type": "text/plain" });
      response.end(path === "/" ? "bench: /metrics\n" : "only /metrics is here\n");
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    const isScrape = request.headers[scrapeHeader] !== undefined;
    told(isScrape).then(
      (text) => {
        response.writeHead(200, { "content-type": exposition.contentType });
        response.end(text, isScrape ? () => scraped() : undefined);
        if (isScrape) scrapedAtMs.push(clock.nowMs());
        if (scrapedAtMs.length > 3) scrapedAtMs.shift();
      },
      (error) => response.writeHead(500, { "content-type": "text/plain" }).end(`${sentenceOf(error)}\n`),
    );
  });
  const port = await listening(server, address);
  if (port === undefined) return undefined;
  // Nobody's question keeps us from ending, and none that cannot be taken ends us.
  server.on("error", () => {});
  server.unref();
  const host = address?.host ?? usualHost;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}/metrics`,
    get isScraped() {
      return scrapedAtMs.length > 0;
    },
    async lastLook(signal, say) {
      const last = scrapedAtMs.at(-1);
      if (last === undefined) return;
      const gaps = scrapedAtMs.slice(1).map((atMs, at) => atMs - scrapedAtMs[at]!);
      const everyMs = gaps.length === 0 ? lastLookLimitMs : Math.max(...gaps);
      if (clock.nowMs() - last > 2 * everyMs) return;
      say?.("waiting for the Prometheus that has asked, so that it learns how it ended");
      const isScraped = new Promise<void>((resolve) => (scraped = resolve));
      const over = new AbortController();
      await Promise.race([
        isScraped,
        sleep(Math.min(lastLookLimitMs, everyMs * 1.5), AbortSignal.any([signal, over.signal]), clock).catch(
          () => {},
        ),
      ]);
      over.abort();
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listening(server: Server, address: MetricsAddress | undefined): Promise<number | undefined> {
  if (address !== undefined) {
    try {
      return await listen(server, address.host, address.port);
    } catch (error) {
      const { host, port } = address;
      throw new Failure("environment", `/metrics cannot be served on ${host}:${port}: ${sentenceOf(error)}`, {
        hint: "--metrics with another port, or off; without it the first free one of ten is taken",
        cause: error,
      });
    }
  }
  for (const port of usualPorts) {
    try {
      return await listen(server, usualHost, port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return undefined;
    }
  }
  return undefined;
}

/** Gives the port it is on, for 0 is any that is free. */
function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const at = server.address();
      resolve(typeof at === "object" && at !== null ? at.port : port);
    });
  });
}
