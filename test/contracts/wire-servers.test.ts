/** The wire sender against the web servers that are on this machine: what they say is understood, and they keep the connection. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WireSender } from "../../agents/senders/wire.ts";
import { systemClock } from "../../base/clock.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { Heard } from "../fakes/heard-exchange.ts";

const largeBytes = 3 * 1024 * 1024;
/** A server that does not listen after this long is broken; Tomcat is the slow one. */
const startWithinMs = 60_000;

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly upstreamPort: number;
}

interface RealServer {
  readonly name: string;
  readonly binary: string | undefined;
  /** Serves files of its own; the others stand in front of a Node server. */
  readonly isFileServer?: boolean;
  /** Writes what it needs and returns its arguments. */
  prepare(place: Place): Promise<readonly string[]>;
}

const firstOf = (...paths: string[]): string | undefined => paths.find((path) => existsSync(path));
const tomcatHome = firstOf("/usr/share/tomcat11", "/usr/share/tomcat10", "/usr/share/tomcat9");
const java = firstOf("/usr/bin/java");

const servers: readonly RealServer[] = [
  {
    name: "nginx",
    binary: firstOf("/usr/sbin/nginx"),
    async prepare({ folder, port, upstreamPort }) {
      const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${folder}/${kind};`,
      );
      await writeFile(
        join(folder, "nginx.conf"),
        `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http { access_log off; ${temp.join(" ")}
  server { listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${upstreamPort}; proxy_http_version 1.1; } } }`,
      );
      return ["-p", folder, "-c", join(folder, "nginx.conf")];
    },
  },
  {
    name: "HAProxy",
    binary: firstOf("/usr/sbin/haproxy"),
    async prepare({ folder, port, upstreamPort }) {
      await writeFile(
        join(folder, "haproxy.cfg"),
        `defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend web
  bind 127.0.0.1:${port}
  default_backend node
backend node
  server one 127.0.0.1:${upstreamPort}
`,
      );
      return ["-db", "-f", join(folder, "haproxy.cfg")];
    },
  },
  {
    name: "Apache httpd",
    binary: firstOf("/usr/sbin/apache2"),
    async prepare({ folder, port, upstreamPort }) {
      const module = (name: string) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`;
      await writeFile(
        join(folder, "httpd.conf"),
        `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName localhost
Listen 127.0.0.1:${port}
User www-data
Group www-data
${["mpm_event", "authz_core", "proxy", "proxy_http"].map(module).join("\n")}
ProxyPass / http://127.0.0.1:${upstreamPort}/
`,
      );
      return ["-f", join(folder, "httpd.conf"), "-DFOREGROUND"];
    },
  },
  {
    name: "varnish",
    binary: firstOf("/usr/sbin/varnishd"),
    prepare: async ({ folder, port, upstreamPort }) => [
      ...["-F", "-j", "none", "-n", join(folder, "varnish"), "-s", "malloc,16m"],
      ...["-a", `127.0.0.1:${port}`, "-b", `127.0.0.1:${upstreamPort}`],
    ],
  },
  {
    name: "Tomcat",
    binary: tomcatHome === undefined ? undefined : java,
    isFileServer: true,
    async prepare({ folder, port }) {
      const root = join(folder, "webapps", "ROOT");
      for (const each of [root, join(folder, "conf"), join(folder, "temp")])
        await mkdir(each, { recursive: true });
      await writeFile(join(root, "length"), "hello");
      await writeFile(join(root, "large"), "x".repeat(largeBytes));
      await writeFile(
        join(folder, "conf", "server.xml"),
        `<Server port="-1"><Service name="Catalina"><Connector address="127.0.0.1" port="${port}" protocol="HTTP/1.1"/>
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine></Service></Server>`,
      );
      await writeFile(
        join(folder, "conf", "web.xml"),
        `<web-app><servlet><servlet-name>default</servlet-name>
<servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
<servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping></web-app>`,
      );
      const jars = ["bootstrap.jar", "tomcat-juli.jar"].map((jar) => join(tomcatHome!, "bin", jar)).join(":");
      return [
        ...["-cp", jars, `-Dcatalina.home=${tomcatHome}`, `-Dcatalina.base=${folder}`],
        ...[`-Djava.io.tmpdir=${folder}/temp`, "org.apache.catalina.startup.Bootstrap", "start"],
      ];
    },
  },
];

let upstream: Server;
beforeAll(async () => {
  upstream = createServer(({ url, headers }, response) => {
    switch (url) {
      case "/length":
        response.setHeader("etag", '"1"');
        if (headers["if-none-match"] === '"1"') response.writeHead(304).end();
        else response.setHeader("content-length", 5).end("hello");
        return;
      case "/chunked":
        response.write("one,");
        setImmediate(() => response.end("two"));
        return;
      case "/204":
        response.writeHead(204).end();
        return;
      case "/large":
        response.setHeader("content-length", largeBytes).end("x".repeat(largeBytes));
        return;
      default:
        response.writeHead(404).end("no such thing");
    }
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

let running: ChildProcess | undefined;
let folder = "";
afterEach(async () => {
  if (running !== undefined && running.exitCode === null && running.signalCode === null) {
    running.kill("SIGTERM");
    await once(running, "exit");
  }
  running = undefined;
  if (folder !== "") await rm(folder, { recursive: true, force: true });
  folder = "";
});

/** Returns its base URL when it listens. */
async function start({ binary, prepare }: RealServer): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), "wire-servers-"));
  const port = await freePort();
  const args = await prepare({ folder, port, upstreamPort: (upstream.address() as AddressInfo).port });
  running = spawn(binary!, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const output of [running.stdout!, running.stderr!])
    output.on("data", (text) => (said += String(text)));
  const untilMs = systemClock.nowMs() + startWithinMs;
  while (!(await listens(port))) {
    if (running.exitCode !== null || systemClock.nowMs() > untilMs)
      throw new Error(`${binary} does not listen: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return `http://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const tell = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once("connect", () => tell(true));
    socket.once("error", () => tell(false));
  });
}

describe("answers are understood and connections kept with", () => {
  test.for(servers)("$name", async (server, context) => {
    if (server.binary === undefined) return context.skip(`${server.name} is not installed`);
    await using sender = new WireSender({
      baseUrls: [await start(server)],
      maxConnections: 1,
      requestTimeoutMs: 10_000,
      clock: systemClock,
    });
    let connections = 0;
    const ask = async (request: ShopRequest): Promise<NonNullable<Heard["answer"]>> => {
      const heard = new Heard();
      sender.send(request, heard);
      await heard.over;
      expect(heard.events).toEqual(["fired", "answered"]);
      if (heard.waitedMs! > 0) connections++;
      return heard.answer!;
    };
    const get = (path: string, headers: Record<string, string> = {}) => ask({ method: "GET", path, headers });

    for (let round = 0; round < 3; round++) {
      const small = await get("/length");
      expect(small).toMatchObject({ status: 200, text: "hello" });
      const etag = small.header("etag");
      expect(etag).toBeDefined();
      expect(await get("/length", { "if-none-match": etag! })).toMatchObject({ status: 304, text: "" });
      expect(await ask({ method: "HEAD", path: "/length" })).toMatchObject({ status: 200, text: "" });
      expect(await get("/nothing-here")).toMatchObject({ status: 404 });
      expect(await get("/large")).toMatchObject({ status: 200, text: "x".repeat(1024 * 1024) });
      if (server.isFileServer) continue;
      expect(await get("/chunked")).toMatchObject({ status: 200, text: "one,two" });
      expect(await get("/204")).toMatchObject({ status: 204, text: "" });
    }
    expect(connections).toBe(1);
    expect([...sender.breaks]).toEqual([]);
  });
});
