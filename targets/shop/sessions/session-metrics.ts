/** What becomes of logins at this node, for Prometheus. */
import { Counter, type Registry } from "prom-client";

export class SessionMetrics {
  readonly #sessions: Counter<"result">;
  readonly #copies: Counter<"result">;
  readonly #copyBytes: Counter;
  readonly #cookieBytes: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#sessions = new Counter({
      name: "shop_sessions_total",
      help: "Sessions opened; and what became of those that requests brought along: found, lost, or unknown (their server is silent).",
      labelNames: ["result"],
      registers,
    });
    this.#copies = new Counter({
      name: "shop_session_copies_total",
      help: "Copies of new sessions sent to other nodes.",
      labelNames: ["result"],
      registers,
    });
    this.#copyBytes = new Counter({
      name: "shop_session_copy_bytes_total",
      help: "Bytes of session sent to other nodes, without what HTTP adds.",
      registers,
    });
    this.#cookieBytes = new Counter({
      name: "shop_session_cookie_bytes_total",
      help: "Bytes of cookies that requests with a session brought along.",
      registers,
    });
    // A series that begins with its first event has no rate at that moment.
    for (const result of ["opened", "found", "lost", "unknown"]) this.#sessions.inc({ result }, 0);
  }

  saw(result: "opened" | "found" | "lost" | "unknown"): void {
    this.#sessions.inc({ result });
  }

  copy(result: "kept" | "failed", sizeBytes: number): void {
    this.#copies.inc({ result });
    this.#copyBytes.inc(sizeBytes);
  }

  cookie(sizeBytes: number): void {
    this.#cookieBytes.inc(sizeBytes);
  }
}
