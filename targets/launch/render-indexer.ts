/** The configuration of an indexer: where the changes come from, and where they go. Pure. */
import type { Member } from "./members.ts";
import { postgresDatabase, postgresRole } from "./render-postgres.ts";

/** What the indexer reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface IndexerConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly catalog: string;
  readonly engine: string;
  readonly refreshMs: number;
}

/** Changes are gathered for this long: an item changed ten times in it is written once. A choice of ours. */
const REFRESH_MS = 200;

export function indexerConfig(
  { name }: Member,
  port: number,
  called: readonly Member[],
  addressOf: (name: string) => string,
): IndexerConfig {
  const catalog = called.find(
    ({ holds, replicaOf }) => replicaOf === undefined && holds.includes("catalog"),
  )!;
  const engine = called.find(({ component }) => component === "groonga")!;
  return {
    name,
    host: "127.0.0.1",
    port,
    catalog: `postgres://${postgresRole}@${addressOf(catalog.name)}/${postgresDatabase}`,
    engine: `http://${addressOf(engine.name)}`,
    refreshMs: REFRESH_MS,
  };
}
