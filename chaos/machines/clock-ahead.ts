/** What time a node itself thinks it is, asked of it over the network as anybody could. */
import type { NodeHandle } from "../../targets/running-target.ts";
import { askPostgres, postgresUrl } from "../stores/postgres.ts";

const ANSWER_LIMIT_MS = 2_000;
/** A date of HTTP is cut off to whole seconds; in the middle it is half of one behind. */
const HTTP_CUT_OFF_MS = 500;

/**
 * By how many seconds its clock is ahead of ours, below 0 behind.
 * @throws when it does not answer, or does not tell the time
 */
export async function clockAheadS({ component, address, name }: NodeHandle): Promise<number> {
  const askedMs = Date.now();
  const toldMs = component === "postgres" ? await toldByPostgres(address) : await toldByHttp(address);
  if (toldMs === undefined || Number.isNaN(toldMs)) throw new Error(`${name} does not tell what time it is`);
  return (toldMs - (askedMs + Date.now()) / 2) / 1_000;
}

async function toldByPostgres(address: string): Promise<number | undefined> {
  const [row] = await askPostgres(postgresUrl(address), [
    "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS told",
  ]);
  return row === undefined ? undefined : Number(row["told"]);
}

async function toldByHttp(address: string): Promise<number | undefined> {
  const answer = await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  await answer.arrayBuffer();
  const date = answer.headers.get("date");
  return date === null ? undefined : Date.parse(date) + HTTP_CUT_OFF_MS;
}
