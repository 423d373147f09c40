/** Statements to a PostgreSQL. */
import { z } from "zod";
import { mendKind } from "./mend-kind.ts";

export const postgresMend = mendKind({
  shape: z.object({
    mend: z.literal("postgres"),
    /** `postgres://role@host:port/database` */
    url: z.string(),
    statements: z.array(z.string()).min(1),
    /** About sessions, which end with their server: where there is none any more, nothing is to be done. */
    isOfSessions: z.boolean().optional(),
  }),
  async perform({ url, statements, isOfSessions = false }, signal) {
    const { askPostgres } = await import("../stores/postgres.ts");
    try {
      await askPostgres(url, statements, signal);
    } catch (error) {
      if (!(isOfSessions && (error as NodeJS.ErrnoException).code === "ECONNREFUSED")) throw error;
    }
  },
  // One `-c` each: what changes the configuration may not be in a transaction with others.
  manual: ({ url, statements }) => `psql ${url} ${statements.map((each) => `-c "${each}"`).join(" ")}`,
});
