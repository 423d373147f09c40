/** A PostgreSQL of the target, asked directly. */
import pg from "pg";
import { postgresDatabase, postgresRole } from "../../targets/launch/render-postgres.ts";

const CONNECT_LIMIT_MS = 3_000;
/** What is asked here is answered in milliseconds; who does not answer for so long stands still. */
const ANSWER_LIMIT_MS = 5_000;
/** SQLSTATE of a server all of whose places are taken. */
export const tooManyConnections = "53300";

/** Of a member that listens there, host:port. */
export const postgresUrl = (address: string): string =>
  `postgres://${postgresRole}@${address}/${postgresDatabase}`;

/**
 * One connection, the statements in order, the rows of the last. Where all places are taken it comes in by one of those
 * that are kept for standbys, which take statements as well.
 * @throws when it cannot be reached or refuses one
 */
export async function askPostgres(
  url: string,
  statements: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Record<string, unknown>[]> {
  const ask = async (client: pg.Client) => {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) {
      signal?.throwIfAborted();
      ({ rows } = await client.query<Record<string, unknown>>(statement));
    }
    return rows;
  };
  try {
    return await withPostgres(url, ask);
  } catch (error) {
    if (codeOf(error) !== tooManyConnections) throw error;
    return withPostgres(url, ask, { replication: "database" });
  }
}

/** A connection for as long as `work` takes. */
export async function withPostgres<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  more: Parameters<typeof openPostgres>[1] = {},
): Promise<T> {
  const client = await openPostgres(url, more);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** A connection that is the caller's to end. */
export async function openPostgres(
  url: string,
  {
    name = "stagebench-chaos",
    ...more
  }: pg.ClientConfig & { readonly name?: string; readonly replication?: "database" } = {},
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    application_name: name,
    ...more,
  });
  client.on("error", () => {}); // Told to whoever waits for an answer.
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** SQLSTATE, where it is the server that complained. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;
