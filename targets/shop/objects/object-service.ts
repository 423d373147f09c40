/** One member of the object store: objects over HTTP, with tags, from its own block. It knows of no other member. */
import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Gauge } from "prom-client";
import { Metrics } from "../metrics.ts";
import type { Shop as Service, Surroundings } from "../shop.ts";
import { Block, OBJECT_BYTES_MAX } from "./block.ts";
import type { ObjectConfig } from "./object-config.ts";
import { PICTURE_TYPE, pictureName, pictureOf } from "./picture.ts";

const OBJECT_PATH = /^\/objects\/([A-Za-z0-9._-]{1,128})$/;
const SEED_BATCH = 2_000;
/** Longer than the 60 s for which callers keep idle connections, so that they close them first. */
const KEEP_ALIVE_MS = 75_000;

export async function openObjectStore(config: ObjectConfig, { log, nowMs }: Surroundings): Promise<Service> {
  await mkdir(config.folder, { recursive: true });
  const block = await Block.open(join(config.folder, "objects.block"));
  if (block.count === 0) await seedPictures(block, config.pictures);
  log.info("opened", { objects: block.count, sizeBytes: block.sizeBytes });
  const metrics = new Metrics(config.name);
  blockMetrics(metrics, block);

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    const startedAtMs = nowMs();
    answer(block, metrics, request, response)
      .catch((error) => {
        log.error("failed", error);
        if (!response.headersSent) reply(response, 500);
        else response.destroy();
      })
      .finally(() => {
        const operation = `object_${(request.method ?? "GET").toLowerCase()}`;
        metrics.request(operation, response.statusCode, (nowMs() - startedAtMs) / 1_000);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: config.host, port: config.port, backlog: 1_024 }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(limitMs) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), limitMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      });
      await block.close();
    },
  };
}

async function seedPictures(block: Block, count: number): Promise<void> {
  for (let from = 1; from <= count; from += SEED_BATCH) {
    const ids = Array.from({ length: Math.min(SEED_BATCH, count - from + 1) }, (_, at) => from + at);
    await block.putAll(
      ids.map((id) => ({ name: pictureName(id), type: PICTURE_TYPE, bytes: Buffer.from(pictureOf(id)) })),
    );
  }
}

async function answer(
  block: Block,
  metrics: Metrics,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = "/" } = request;
  if (method === "GET" && url === "/health") return reply(response, 200);
  if (method === "GET" && url === "/metrics") {
    response.writeHead(200, { "content-type": metrics.registry.contentType });
    response.end(await metrics.registry.metrics());
    return;
  }
  const [, name] = OBJECT_PATH.exec(url) ?? [];
  if (name === undefined) return reply(response, 404);
  if (method === "GET" || method === "HEAD") return show(block, name, request, response);
  if (method === "PUT") return keep(block, name, request, response);
  reply(response, 405);
}

async function show(
  block: Block,
  name: string,
  { headers, method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const etag = block.etagOf(name);
  if (etag === undefined) return reply(response, 404);
  if (headers["if-none-match"] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const object = (await block.get(name))!;
  response.writeHead(200, {
    "content-type": object.type,
    "content-length": object.bytes.length,
    etag: object.etag,
  });
  response.end(method === "HEAD" ? undefined : object.bytes);
}

async function keep(
  block: Block,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > OBJECT_BYTES_MAX) return reply(response, 413);
    parts.push(part);
  }
  await block.put(name, request.headers["content-type"] ?? "application/octet-stream", Buffer.concat(parts));
  response.writeHead(201, { etag: block.etagOf(name)!, "content-length": 0 }).end();
}

function reply(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-length": 0 }).end();
}

function blockMetrics({ registry }: Metrics, block: Block): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(read());
      },
    });
  gauge("shop_objects", "Objects that can be read here.", () => block.count);
  gauge(
    "shop_objects_block_bytes",
    "Length of the block, what was written over included.",
    () => block.sizeBytes,
  );
}
