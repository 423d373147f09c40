/** The configuration of a reverse proxy: nginx with connections kept to every backend. Pure. */
import type { Balance } from "../target.ts";
import type { Backend } from "./render-haproxy.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

export interface NginxConfig {
  readonly port: number;
  readonly backends: readonly Backend[];
  readonly balance: Balance;
  /** A folder of its own, for its pid file and the bodies that do not fit into memory. */
  readonly folder: string;
  /** Whom its workers become, when started as root. */
  readonly user: UnprivilegedUser | undefined;
}

export function renderNginx({ port, backends, balance, folder, user }: NginxConfig): string {
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${folder}/nginx.pid;
error_log stderr warn;
${user ? `user ${user.name} ${user.group};\n` : ""}
events {
  worker_connections 8192;
}

http {
  access_log off;
  server_tokens off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;

  keepalive_timeout 75s;
  # The default of 1000 would make every client dial again in the middle of a run.
  keepalive_requests 1000000;

  upstream backends {
${methodLine[balance]}${backends.map((backend) => serverLine(backend, balance)).join("")}    keepalive 64;
    # Below the 5 s after which a Node server closes an idle connection: who closes first loses no request.
    keepalive_timeout 4s;
    keepalive_requests 1000000;
  }

  server {
    listen 127.0.0.1:${port} backlog=4096;

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
`;
}

/** The directive stands before the servers. nginx's own least_conn heeds weights, so without them they are all alike. */
const methodLine: Readonly<Record<Balance, string>> = {
  "round-robin": "",
  weighted: "",
  // On loopback all come from one address, so the shopper's number stands for it: one shopper, one address.
  "ip-hash": "    hash $http_x_user consistent;\n",
  "least-conn": "    least_conn;\n",
  "weighted-least-conn": "    least_conn;\n",
};

function serverLine({ address, cpuMillicores }: Backend, balance: Balance): string {
  const isWeighted = balance === "weighted" || balance === "weighted-least-conn";
  const weight = isWeighted ? ` weight=${Math.max(1, Math.round(cpuMillicores / 10))}` : "";
  return `    server ${address}${weight} max_fails=3 fail_timeout=2s;\n`;
}
