import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageOf } from "../../../../targets/launch/components.ts";
import { renderCompose } from "../../../../targets/launch/compose/render-compose.ts";
import {
  debianDockerfile,
  postgresDockerfile,
  shopDockerfile,
} from "../../../../targets/launch/compose/render-images.ts";

test("a target is one network with a container for each node, published on loopback alone", () => {
  const text = renderCompose({
    runId: "r1",
    target: "stage-01",
    subnet: "10.64.0.0/24",
    services: [
      {
        ...{
          name: "cache",
          image: "stagebench/redis:1",
          command: ["redis-server", "-"],
          workingFolder: "/tmp/target",
          stdinPath: "/run/cache.conf",
        },
        ...{
          logPath: "/run/cache.log",
          user: "65534:65534",
          stopSignal: "SIGTERM",
          ipv4: "10.64.0.10",
          port: 20000,
        },
        ...{ publishedAt: "127.0.0.1", isAskedByUdp: false, after: ["db"], cpuMillicores: 100 },
        folders: [
          { path: "/run", isWritable: false },
          { path: "/tmp/cache", isWritable: true },
        ],
        restartsOnFailure: true,
      },
    ],
  });
  expect(text).toMatchInlineSnapshot(`
    "# stage-01, run r1. Written by bench; \`bench targets down\` or the end of the run removes it.
    services:
      cache:
        image: stagebench/redis:1
        container_name: r1-cache
        entrypoint:
          - /bin/sh
          - -c
          - exec "$$@" < '/run/cache.conf' >> '/run/cache.log' 2>&1
          - sh
        command:
          - redis-server
          - "-"
        working_dir: /tmp/target
        user: 65534:65534
        environment:
          PATH: /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
          LANG: C
          LC_ALL: C
          TZ: UTC
          NODE_ENV: production
        stop_signal: SIGTERM
        stop_grace_period: 2s
        restart: on-failure
        networks:
          target:
            ipv4_address: 10.64.0.10
        ports:
          - 127.0.0.1:20000:20000
        volumes:
          - /run:/run:ro
          - /tmp/cache:/tmp/cache
          - /run/cache.log:/run/cache.log
        labels:
          stagebench.run: r1
          stagebench.node: cache
          stagebench.cpu-millicores: "100"
        depends_on:
          - db
    networks:
      target:
        labels:
          stagebench.run: r1
        ipam:
          config:
            - subnet: 10.64.0.0/24
              gateway: 10.64.0.1
    "
  `);
});

test.each([
  { file: "Dockerfile.shop", text: shopDockerfile() },
  { file: "Dockerfile.postgres", text: postgresDockerfile() },
  { file: "Dockerfile.nginx", text: debianDockerfile("nginx", packageOf("nginx").debianPackage) },
])("deploy/$file is the one that images are built from", ({ file, text }) => {
  expect(readFileSync(`deploy/${file}`, "utf8")).toBe(text);
});
