/** What an indexer is told: where the catalogue and the engine are. */
import { z } from "zod";
import { parsedConfig } from "../parsed-config.ts";

const indexerConfig = z.strictObject({
  name: z.string().min(1),
  host: z.string().min(1),
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535),
  /** The primary of the catalogue. */
  catalog: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address"),
  engine: z.string().regex(/^http:\/\//, "must be an http:// address"),
  refreshMs: z.number().int().positive(),
});

export type IndexerConfig = Readonly<z.infer<typeof indexerConfig>>;

/** @throws {Error} with every problem, one per line */
export const parseIndexerConfig = (text: string): IndexerConfig => parsedConfig(indexerConfig, text);
