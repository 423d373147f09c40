/** The configuration of a reverse proxy: nginx with connections kept to every backend. Pure. */
import type { Balance } from "../target.ts";
import { type Upstream, upstreamsOf } from "./areas.ts";
import type { Backend } from "./render-haproxy.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

export interface NginxConfig {
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  readonly backends: readonly Backend[];
  readonly balance: Balance;
  /** Whether a shopper is sent to the same backend each time. */
  readonly sticky?: boolean;
  /** Whether a write that is not answered in time is sent again. */
  readonly resends?: boolean;
  /** A folder of its own, for its pid file and the bodies that do not fit into memory. */
  readonly folder: string;
  /** Whom its workers become, when started as root. */
  readonly user: UnprivilegedUser | undefined;
}

export function renderNginx({
  port,
  host = "127.0.0.1",
  backends,
  balance,
  sticky = false,
  resends = false,
  folder,
  user,
}: NginxConfig): string {
  const upstreams = upstreamsOf(backends);
  const books = upstreams.find(({ hasBooks }) => hasBooks) ?? upstreams[0]!;
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

${sticky ? stickyMaps : ""}${upstreams.map((upstream) => upstreamBlock(upstream, sticky ? "sticky" : balance)).join("\n")}
  server {
    listen ${host}:${port} backlog=4096;
${sticky ? stickyHeader : ""}
${upstreams.flatMap(({ name, prefixes }) => prefixes.map((prefix) => locationBlock(prefix, name, resends))).join("\n")}
    # The books are read as a stream that may take long and be large.
    location /audit/ {
      proxy_pass http://${books.name};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 300s;
    }
  }
}
`;
}

type Method = Balance | "sticky";

/**
 * A visitor without a number gets one, and is sent where everybody with that number is. It is the proxy's own cookie and
 * not the shop's session: the first request, the login itself, has none of these yet. Every proxy hashes alike, so it
 * does not matter which of them is asked.
 */
const stickyMaps = `  map $cookie_visitor $visitor {
    "" $request_id;
    default $cookie_visitor;
  }
  map $cookie_visitor $visitor_cookie {
    "" "visitor=$request_id; Path=/; HttpOnly; SameSite=Lax";
    default "";
  }

`;
/** An empty value adds no header. */
const stickyHeader = "    add_header Set-Cookie $visitor_cookie always;\n";

function upstreamBlock({ name, backends }: Upstream, balance: Method): string {
  return `  upstream ${name} {
${methodLine[balance]}${backends.map((backend) => serverLine(backend, balance)).join("")}    keepalive 64;
    # Below the 5 s after which a Node server closes an idle connection: who closes first loses no request.
    keepalive_timeout 4s;
    keepalive_requests 1000000;
  }
`;
}

function locationBlock(prefix: string, upstream: string, resends: boolean): string {
  return `    location ${prefix} {
      proxy_pass http://${upstream};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_connect_timeout 1s;
${resends ? resending : notResending}      proxy_next_upstream_tries 2;
    }
`;
}

const notResending = `      proxy_read_timeout 60s;
      # Without "non_idempotent" a POST that was sent is never sent again.
      proxy_next_upstream error timeout;
`;
const resending = `      proxy_read_timeout 2s;
      proxy_next_upstream error timeout non_idempotent;
`;

/** The directive stands before the servers. nginx's own least_conn heeds weights, so without them they are all alike. */
const methodLine: Readonly<Record<Method, string>> = {
  "round-robin": "",
  weighted: "",
  // On loopback all come from one address, so the shopper's number stands for it: one shopper, one address.
  "ip-hash": "    hash $http_x_user consistent;\n",
  "least-conn": "    least_conn;\n",
  "weighted-least-conn": "    least_conn;\n",
  sticky: "    hash $visitor consistent;\n",
};

function serverLine({ address, cpuMillicores }: Backend, balance: Method): string {
  const isWeighted = balance === "weighted" || balance === "weighted-least-conn";
  const weight = isWeighted ? ` weight=${Math.max(1, Math.round(cpuMillicores / 10))}` : "";
  return `    server ${address}${weight} max_fails=3 fail_timeout=2s;\n`;
}
