/** The question that each kind of node answers when it is ready. */
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import pg from "pg";
import { request } from "undici";
import { postgresDatabase, postgresRole } from "./render-postgres.ts";

type Probe = (signal: AbortSignal) => Promise<void>;

/** It accepts connections. */
export function acceptsConnections(port: number, host = "127.0.0.1"): Probe {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal }, () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", reject);
    });
}

/** The name server knows addresses for `name`. */
export function answersName(name: string, port: number, host = "127.0.0.1"): Probe {
  return async (signal) => {
    const resolver = new Resolver({ timeout: 500, tries: 1 });
    resolver.setServers([`${host}:${port}`]);
    const onAbort = () => resolver.cancel();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await resolver.resolve4(name);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };
}

/** Redis answers PING with PONG, and not, for example, that it is still loading. */
export function answersPing(port: number, host = "127.0.0.1"): Probe {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal }, () => socket.write("PING\r\n"));
      socket.setEncoding("utf8");
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed")));
      socket.once("data", (answer: string) => {
        socket.destroy();
        if (answer.startsWith("+PONG")) resolve();
        else reject(new Error(`PING was answered ${JSON.stringify(answer)}`));
      });
    });
}

/** ZooKeeper answers `ruok` with `imok`. */
export function answersRuok(port: number, host = "127.0.0.1"): Probe {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal }, () => socket.write("ruok"));
      socket.setEncoding("utf8");
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed")));
      socket.once("data", (answer: string) => {
        socket.destroy();
        if (answer === "imok") resolve();
        else reject(new Error(`ruok was answered ${JSON.stringify(answer)}`));
      });
    });
}

/** NATS introduces itself, and has JetStream. */
export function answersInfo(port: number, host = "127.0.0.1"): Probe {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal });
      let heard = "";
      socket.setEncoding("utf8");
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the connection was closed")));
      socket.on("data", (text: string) => {
        heard += text;
        if (!heard.includes("\r\n")) return;
        socket.destroy();
        if (/^INFO .*"jetstream":true/.test(heard)) resolve();
        else reject(new Error(`it introduced itself with ${heard.slice(0, 200)}`));
      });
    });
}

/** `GET url` is answered 200. */
export function answersOk(url: string): Probe {
  return async (signal) => {
    const { statusCode, body } = await request(url, { signal, reset: true });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode} ${text.slice(0, 200)}`);
  };
}

/** PostgreSQL answers queries. */
export function answersQueries(port: number, host?: string): Probe {
  return (signal) => withPostgres({ port, host }, signal, (client) => client.query("select 1"));
}

/** The standby replays, and a WAL receiver streams to it from its primary. */
export function isStreaming(port: number, host?: string): Probe {
  return (signal) =>
    withPostgres({ port, host }, signal, async (client) => {
      const { rows } = await client.query<{ standby: boolean; receiver: string | null }>(
        "select pg_is_in_recovery() as standby, (select status from pg_stat_wal_receiver) as receiver",
      );
      if (rows[0]?.standby !== true) throw new Error("it is no standby");
      if (rows[0].receiver !== "streaming")
        throw new Error(`its WAL receiver is ${rows[0].receiver ?? "absent"}`);
    });
}

/** Runs `work` with a connection of its own to the database on this port; on loopback when no host is named. */
export async function withPostgres(
  { port, host = "127.0.0.1" }: { readonly port: number; readonly host?: string | undefined },
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  signal.throwIfAborted();
  const client = new pg.Client({
    host,
    port,
    user: postgresRole,
    database: postgresDatabase,
    connectionTimeoutMillis: 2_000,
  });
  // A connection that breaks between two queries says so by an event that would otherwise end the process.
  client.on("error", () => {});
  const onAbort = () => void client.end().catch(() => {});
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await client.connect();
    await work(client);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await client.end().catch(() => {});
  }
}
