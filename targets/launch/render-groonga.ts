/** How a search engine is started: Groonga, as an HTTP server over a database of its own. Pure. */

export interface GroongaConfig {
  readonly port: number;
  /** Address to listen on. */
  readonly host?: string;
  /** A folder of its own, for its database and its log. */
  readonly folder: string;
}

/**
 * The options, one `--name value` a line. Two threads: one may load while the other searches, and more would only take
 * turns on a node with a part of a core.
 */
export function renderGroonga({ port, host = "127.0.0.1", folder }: GroongaConfig): string {
  return `--protocol http
--bind-address ${host}
--port ${port}
--max-threads 2
--log-level warning
--log-path ${folder}/groonga.log
`;
}

/**
 * What a shell is told, so that it becomes the Groonga at `command`. Its database is made anew each time, for the index in it
 * is built anew after every start, and one whose last server was killed in the middle of a write may end the next one: one
 * option makes it and ends, another opens it and serves.
 */
export function groongaArgs(command: string, config: GroongaConfig): readonly string[] {
  const options = renderGroonga(config).trim().split(/\s+/);
  return ["-c", MAKE_AND_SERVE, command, `${config.folder}/items`, ...options];
}

const MAKE_AND_SERVE = `database=$1
shift
rm -f "$database" "$database".*
"$0" -n "$database" shutdown || exit
exec "$0" -s "$@" "$database"`;
