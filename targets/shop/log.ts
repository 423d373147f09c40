/** One JSON line per event to stderr, for people and machines. */
export interface Log {
  info(event: string, detail?: Readonly<Record<string, unknown>>): void;
  error(event: string, error: unknown, detail?: Readonly<Record<string, unknown>>): void;
}

/** A log that names its node in every line; errors of one kind are written at most once a second. */
export function jsonLog(node: string, write: (line: string) => void, epochMs: () => number): Log {
  const lastAtMs = new Map<string, number>();
  const put = (level: string, event: string, detail: object) =>
    write(`${JSON.stringify({ at: new Date(epochMs()).toISOString(), level, node, event, ...detail })}\n`);
  return {
    info: (event, detail = {}) => put("info", event, detail),
    error(event, error, detail = {}) {
      const because = error instanceof Error ? error.message : String(error);
      const nowMs = epochMs();
      if (nowMs - (lastAtMs.get(event) ?? 0) < 1_000) return;
      lastAtMs.set(event, nowMs);
      put("error", event, { because, ...detail });
    },
  };
}
