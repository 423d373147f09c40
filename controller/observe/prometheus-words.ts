/** Words for Prometheus and its tool, the same for a process and in a container. Pure. */

/** A run is looked at years later, so nothing is thrown away; what is not wanted any more goes with `down --purge`. */
const RETENTION = "100y";

export interface PrometheusSetting {
  readonly configPath: string;
  readonly dataFolder: string;
  readonly port: number;
}

/** On loopback only: it has no password. */
export function prometheusArgs({ configPath, dataFolder, port }: PrometheusSetting): readonly string[] {
  return [
    `--config.file=${configPath}`,
    `--storage.tsdb.path=${dataFolder}`,
    `--storage.tsdb.retention.time=${RETENTION}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
}

/**
 * For promtool: blocks of what is in the file, into the folder of a Prometheus that may be running, which sees them
 * within a minute. Each block appears whole or not at all. Source: Prometheus, "Backfilling from OpenMetrics format".
 */
export function blocksArgs(file: string, dataFolder: string): readonly string[] {
  return ["tsdb", "create-blocks-from", "openmetrics", file, dataFolder];
}

/** Where runs are served to a Prometheus that is not on the loopback interface of this machine, but in Docker Desktop's. */
export function configForDesktop(config: string): string {
  return config.replaceAll("127.0.0.1:", "host.docker.internal:");
}
