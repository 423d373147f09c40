/** The configuration of a layer-4 balancer: HAProxy in TCP mode, round robin, health checks by connecting. Pure. */
import type { Area } from "../target.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

export interface HaproxyConfig {
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  readonly backends: readonly Backend[];
  /** Whom to become after start, when started as root. */
  readonly user: UnprivilegedUser | undefined;
}

/** Somebody a balancer sends to; `address` is host:port. */
export interface Backend {
  readonly name: string;
  readonly address: string;
  /** CPU budget in thousandths of a core: what it is weighed by, where weights count. */
  readonly cpuMillicores: number;
  /** What it serves of the shop; absent: everything. */
  readonly areas?: readonly Area[];
}

/**
 * Health changes reach its error output by themselves; connections are not logged.
 * A dead backend is out after two failed checks, at most 1 s + 2 x 0.2 s after it died; connections to it break, since
 * layer 4 has no request to try again.
 */
export function renderHaproxy({ port, host = "127.0.0.1", backends, user }: HaproxyConfig): string {
  return `global
  nbthread 1
  maxconn 8000
${user ? `  uid ${user.uid}\n  gid ${user.gid}\n` : ""}
defaults
  mode tcp
  retries 2
  option redispatch
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout check 200ms

listen entry
  bind ${host}:${port}
  balance roundrobin
  default-server check inter 500ms fall 2 rise 1
${backends.map(({ name, address }) => `  server ${name} ${address}\n`).join("")}`;
}
