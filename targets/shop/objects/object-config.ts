/** What a member of the object store is told. */
import { z } from "zod";
import { parsedConfig } from "../parsed-config.ts";

const objectConfig = z.strictObject({
  name: z.string().min(1),
  host: z.string().min(1),
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535),
  /** Folder for its block; made when it is not there. */
  folder: z.string().min(1),
  /** A new block begins with the pictures of items 1 to this. */
  pictures: z.number().int().nonnegative(),
});

export type ObjectConfig = Readonly<z.infer<typeof objectConfig>>;

/** @throws {Error} with every problem, one per line */
export const parseObjectConfig = (text: string): ObjectConfig => parsedConfig(objectConfig, text);
