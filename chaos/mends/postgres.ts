/** Statements to a PostgreSQL. */
import { z } from "zod";
import { mendKind } from "./mend-kind.ts";

export const postgresMend = mendKind({
  shape: z.object({
    mend: z.literal("postgres"),
    /** `postgres://role@host:port/database` */
    url: z.string(),
    statements: z.array(z.string()).min(1),
  }),
  async perform({ url, statements }, signal) {
    const { askPostgres } = await import("../stores/postgres.ts");
    await askPostgres(url, statements, signal);
  },
  // One `-c` each: what changes the configuration may not be in a transaction with others.
  manual: ({ url, statements }) => `psql ${url} ${statements.map((each) => `-c "${each}"`).join(" ")}`,
});
