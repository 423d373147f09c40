/** One row that somebody outside writes again and again: a read of it tells how old what is read there is. Pure. */

/** The same for every business, and there once in a database that holds several. */
export const heartbeatTable = `CREATE TABLE IF NOT EXISTS heartbeats (
  id int PRIMARY KEY CHECK (id = 1),
  stamp_ms bigint NOT NULL
) WITH (fillfactor = 10);`;
