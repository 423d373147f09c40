import { describe, expect, test } from "vitest";
import { membersOf } from "../../../targets/launch/members.ts";
import { renderHaproxy } from "../../../targets/launch/render-haproxy.ts";
import { renderNginx } from "../../../targets/launch/render-nginx.ts";
import { renderPostgres } from "../../../targets/launch/render-postgres.ts";
import { renderRedis } from "../../../targets/launch/render-redis.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { stage01 } from "../../../targets/stages/stage-01-single-machine.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";

const backends = [
  { name: "proxy-1", address: "127.0.0.1:20001", cpuMillicores: 200 },
  { name: "proxy-2", address: "127.0.0.1:20002", cpuMillicores: 50 },
];
const nobody = { name: "nobody", uid: 65534, group: "nogroup", gid: 65534 };

test("HAProxy balances TCP connections over all backends and checks their health", () => {
  expect(renderHaproxy({ port: 20000, backends, user: nobody })).toMatchInlineSnapshot(`
    "global
      nbthread 1
      maxconn 8000
      uid 65534
      gid 65534

    defaults
      mode tcp
      retries 2
      option redispatch
      timeout connect 1s
      timeout client 60s
      timeout server 60s
      timeout check 200ms

    listen entry
      bind 127.0.0.1:20000
      balance roundrobin
      default-server check inter 500ms fall 2 rise 1
      server proxy-1 127.0.0.1:20001
      server proxy-2 127.0.0.1:20002
    "
  `);
});

test("nginx keeps connections to all backends and never sends a POST twice", () => {
  const text = renderNginx({
    port: 20000,
    backends,
    balance: "round-robin",
    folder: "/tmp/x/proxy-1",
    user: nobody,
  });
  expect(text).toMatchInlineSnapshot(`
    "daemon off;
    worker_processes 1;
    worker_rlimit_nofile 16384;
    pid /tmp/x/proxy-1/nginx.pid;
    error_log stderr warn;
    user nobody nogroup;

    events {
      worker_connections 8192;
    }

    http {
      access_log off;
      server_tokens off;
      client_body_temp_path /tmp/x/proxy-1/body;
      proxy_temp_path /tmp/x/proxy-1/proxy;
      fastcgi_temp_path /tmp/x/proxy-1/fastcgi;
      uwsgi_temp_path /tmp/x/proxy-1/uwsgi;
      scgi_temp_path /tmp/x/proxy-1/scgi;

      keepalive_timeout 75s;
      # The default of 1000 would make every client dial again in the middle of a run.
      keepalive_requests 1000000;

      upstream backends {
        server 127.0.0.1:20001 max_fails=3 fail_timeout=2s;
        server 127.0.0.1:20002 max_fails=3 fail_timeout=2s;
        keepalive 64;
        # Below the 5 s after which a Node server closes an idle connection: who closes first loses no request.
        keepalive_timeout 4s;
        keepalive_requests 1000000;
      }

      server {
        listen 127.0.0.1:20000 backlog=4096;

        location / {
          proxy_pass http://backends;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $remote_addr;
          proxy_connect_timeout 1s;
          proxy_read_timeout 60s;
          # Without "non_idempotent" a POST that was sent is never sent again.
          proxy_next_upstream error timeout;
          proxy_next_upstream_tries 2;
        }

        # The books are read as a stream that may take long and be large.
        location /audit/ {
          proxy_pass http://backends;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering off;
          proxy_read_timeout 300s;
        }
      }
    }
    "
  `);
  expect(text).not.toMatch(/proxy_next_upstream [^;]*non_idempotent/);
});

test("Redis writes nothing to disk and evicts nothing", () => {
  expect(renderRedis({ port: 20000, folder: "/tmp/x/cache" })).toMatchInlineSnapshot(`
    "bind 127.0.0.1
    port 20000
    protected-mode yes
    daemonize no
    logfile ""
    loglevel notice
    dir /tmp/x/cache
    databases 1
    save ""
    appendonly no
    maxmemory 256mb
    maxmemory-policy noeviction
    tcp-backlog 511
    maxclients 2000
    "
  `);
});

describe("PostgreSQL", () => {
  const primary = { port: 20000, major: 18, maxConnections: 62 };

  test("is durable, small, and on loopback only", () => {
    expect(renderPostgres(primary)).toMatchInlineSnapshot(`
      "listen_addresses = '127.0.0.1'
      port = 20000
      unix_socket_directories = ''
      max_connections = 62

      # The whole of the data fits; budgets are about CPU, not memory.
      shared_buffers = 64MB
      effective_cache_size = 256MB
      work_mem = 4MB
      maintenance_work_mem = 32MB
      huge_pages = off
      # Shared memory that goes away with the process, and with the data folder, even after SIGKILL.
      shared_memory_type = mmap
      dynamic_shared_memory_type = mmap

      # Durable: a commit that was acknowledged survives the death of the node.
      fsync = on
      synchronous_commit = on
      full_page_writes = on
      wal_level = replica
      max_wal_senders = 4
      # What a standby may miss and still catch up from. No slot: a standby that is gone must not fill the disk.
      wal_keep_size = 256MB
      max_wal_size = 512MB
      min_wal_size = 64MB
      hot_standby = on

      # A node has less than a core: parallel workers and just-in-time compilation only cost.
      max_parallel_workers_per_gather = 0
      jit = off
      io_method = sync

      logging_collector = off
      log_destination = stderr
      log_min_messages = warning
      log_line_prefix = '%m [%p] '
      timezone = 'UTC'
      log_timezone = 'UTC'
      "
    `);
  });

  test("streams from its primary when it is a standby", () => {
    const standby = { host: "127.0.0.1", port: 20001, name: "catalog-replica" };
    expect(renderPostgres({ ...primary, standby })).toContain(
      "primary_conninfo = 'host=127.0.0.1 port=20001 user=bench application_name=catalog-replica'",
    );
  });

  test("waits for one of its standbys where a commit is to be in two places", () => {
    expect(renderPostgres({ ...primary, waitsForOneOf: ["db-replica-1", "db-replica-2"] })).toContain(
      `synchronous_standby_names = 'ANY 1 ("db-replica-1", "db-replica-2")'`,
    );
    for (const waitsForOneOf of [[], undefined])
      expect(renderPostgres({ ...primary, ...(waitsForOneOf && { waitsForOneOf }) })).not.toContain(
        "standby_names",
      );
  });

  test("is not given settings that its version does not know", () => {
    expect(renderPostgres({ ...primary, major: 15 })).not.toContain("io_method");
  });
});

test.each([
  { balance: "weighted", method: "", weights: ["20", "5"] },
  { balance: "ip-hash", method: "hash $http_x_user consistent;", weights: [] },
  { balance: "least-conn", method: "least_conn;", weights: [] },
  { balance: "weighted-least-conn", method: "least_conn;", weights: ["20", "5"] },
] as const)("nginx balances by $balance", ({ balance, method, weights }) => {
  const text = renderNginx({ port: 1, backends, balance, folder: "/x", user: undefined });
  const upstream = /upstream backends \{\n(.*?)keepalive 64/s.exec(text)?.[1] ?? "";
  expect(/^\s*((?:hash|least_conn).*)$/m.exec(upstream)?.[1] ?? "").toBe(method);
  expect([...upstream.matchAll(/weight=(\d+)/g)].map(([, weight]) => weight)).toEqual(weights);
});

describe("the balancers, when we are not root", () => {
  test.each([
    { who: "HAProxy", text: renderHaproxy({ port: 1, backends, user: undefined }) },
    {
      who: "nginx",
      text: renderNginx({ port: 1, backends, balance: "round-robin", folder: "/x", user: undefined }),
    },
  ])("$who is not told to become somebody else", ({ text }) => {
    expect(text).not.toMatch(/^\s*(user|uid|gid) /m);
  });
});

describe("a shop", () => {
  test("of stage-08 knows the split, the replica, the shards and the cache", () => {
    const members = membersOf(stage08);
    const shop = members.find(({ name }) => name === "shop-3")!;
    const called = members.filter(({ name }) => shop.calls.includes(name));
    const config = shopConfig(shop, 20000, called, (name) => `${name}:1`);
    expect(config).toMatchInlineSnapshot(`
      {
        "databases": {
          "catalog": {
            "primary": "postgres://bench@catalog:1/postgres",
            "replicas": [
              "postgres://bench@catalog-replica:1/postgres",
            ],
          },
          "report": "postgres://bench@report:1/postgres",
          "trade": {
            "shards": [
              "postgres://bench@trade-1:1/postgres",
              "postgres://bench@trade-2:1/postgres",
            ],
          },
          "user": {
            "primary": "postgres://bench@user:1/postgres",
            "replicas": [],
          },
        },
        "defectsPath": "shop-3/stagebench-fault-defects.json",
        "freshCopies": true,
        "host": "127.0.0.1",
        "inFlightLimit": 256,
        "localCache": {
          "entries": 5000,
          "ttlS": 2,
        },
        "name": "shop-3",
        "negativeCaching": true,
        "pools": {
          "connectTimeoutMs": 1000,
          "max": 8,
          "statementTimeoutMs": 2000,
        },
        "port": 20000,
        "redis": "redis://cache:1",
        "sharedCache": {
          "jitterRatio": 0.1,
          "ttlS": 60,
        },
        "singleFlight": true,
      }
    `);
  });

  test("of stage-01 keeps all its businesses in one database and has no cache", () => {
    const [shop, db] = membersOf(stage01);
    const config = shopConfig(shop!, 20000, [db!], () => "127.0.0.1:20001");
    const url = "postgres://bench@127.0.0.1:20001/postgres";
    expect(config.databases).toEqual({
      catalog: { primary: url, replicas: [] },
      user: { primary: url, replicas: [] },
      trade: { shards: [url] },
    });
    expect(config).not.toHaveProperty("redis");
    expect(config).not.toHaveProperty("localCache");
  });
});
