/** Every kind of program a node can be, one file each. */
import type { Component } from "../../target.ts";
import { bus } from "./bus.ts";
import { groonga } from "./groonga.ts";
import { haproxy } from "./haproxy.ts";
import { indexer } from "./indexer.ts";
import { keepalived } from "./keepalived.ts";
import { knot } from "./knot.ts";
import { nats } from "./nats.ts";
import { nginx } from "./nginx.ts";
import { objectStore } from "./object-store.ts";
import { orderWorker } from "./order-worker.ts";
import { postgres } from "./postgres.ts";
import type { ProgramKind } from "./program-kind.ts";
import { redis } from "./redis.ts";
import { service } from "./service.ts";
import { shop } from "./shop.ts";
import { varnish } from "./varnish.ts";
import { zookeeper } from "./zookeeper.ts";

export const programs: Readonly<Record<Component, ProgramKind>> = {
  keepalived,
  varnish,
  knot,
  haproxy,
  nginx,
  redis,
  postgres,
  shop,
  zookeeper,
  groonga,
  indexer,
  "object-store": objectStore,
  nats,
  "order-worker": orderWorker,
  service,
  bus,
};
