/** An nginx of a benchmark's own: a target that costs little, on cores of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pinned } from "./pinned.ts";

export interface NginxOptions {
  /** A new folder for its configuration and logs. */
  readonly folder: string;
  /** The first of the cores it has; each worker has one. Default 1. */
  readonly core?: number;
  /** Default 1. */
  readonly workers?: number;
  /** At most, of each worker. Default 4,096. */
  readonly connections?: number;
  /** Lines of the `http` block, for logs and maps. */
  readonly http?: string;
  /** Lines of the `server` block. */
  readonly server: string;
}

export interface OneNginx extends AsyncDisposable {
  /** Without a final slash. */
  readonly url: string;
}

/** A 200-byte JSON for every path: the body that generators are compared with. */
export const smallJson = `location / { default_type application/json; return 200 '${JSON.stringify({
  item: { id: 4711, name: "x".repeat(140), price: 9900 },
})}'; }`;

const startsWithinMs = 5_000;
const lookEveryMs = 20;

/** @throws when it does not accept connections soon */
export async function startNginx(options: NginxOptions): Promise<OneNginx> {
  const { folder, core = 1, workers = 1, connections = 4_096, http = "", server } = options;
  const port = await freePort();
  mkdirSync(join(folder, "tmp"), { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; worker_processes ${workers}; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
worker_rlimit_nofile ${connections + 1_000};
${workers === 1 ? "" : `worker_cpu_affinity ${Array.from({ length: workers }, (_, at) => maskOf(core + at)).join(" ")};`}
events { worker_connections ${connections}; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
  ${temporary.map((name) => `${name}_temp_path ${folder}/tmp;`).join(" ")}
  ${http}
  server {
    listen 127.0.0.1:${port} backlog=16384;
    ${server}
  }
}
`,
  );
  const command = ["nginx", "-c", join(folder, "nginx.conf"), "-p", folder] as const;
  const [program = "", words] = workers === 1 ? pinned(command, core) : [command[0], command.slice(1)];
  const nginx = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  const gone = once(nginx, "exit");
  for (let waitedMs = 0; !(await isAnswering(port)); waitedMs += lookEveryMs) {
    if (nginx.exitCode !== null || waitedMs > startsWithinMs) {
      nginx.kill("SIGKILL");
      throw new Error(`nginx does not answer; its last words are in ${folder}/error.log`);
    }
    await pause(lookEveryMs);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      nginx.kill("SIGTERM");
      await gone;
    },
  };
}

/** As nginx wants it: a bit for each core, the first one last. */
const maskOf = (core: number): string => (2n ** BigInt(core)).toString(2);

function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
