/** Words and variables for compose: what dashboards/compose.yaml is filled with. Pure. */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** Equal to those of dashboards/compose.yaml. */
export const images = {
  prometheus: "prom/prometheus:v3.5.0",
  grafana: "grafana/grafana:12.1.1",
} as const;

export type Service = keyof typeof images;

export const usualPrometheusPort = 9_090;
export const usualGrafanaPort = 3_000;

export interface ComposeSetting {
  readonly platform: NodeJS.Platform;
  readonly project: string;
  /** Of the package. */
  readonly dashboards: string;
  /** Has Prometheus' configuration and its rules. */
  readonly configFolder: string;
  /** Has `provisioning`. */
  readonly grafanaFolder: string;
  readonly boardsFolder: string;
  readonly incomingFolder: string;
  readonly prometheusPort: number;
  readonly grafanaPort: number;
}

/** Where containers see `incomingFolder`, and where Prometheus has its data there. */
export const inContainer = { incoming: "/incoming", data: "/prometheus" } as const;

/**
 * On Linux containers share the network of the machine, so that Prometheus reaches runs, which are served on its loopback
 * interface only. Elsewhere they run in a virtual machine, whose way to ours has a name.
 */
export const isDesktop = (platform: NodeJS.Platform): boolean => platform !== "linux";

/** One for each results folder, so that two of them on one machine do not take each other's containers down. */
export function projectOf(results: string): string {
  return `bench-observe-${createHash("sha256").update(results).digest("hex").slice(0, 8)}`;
}

/** What comes before `up`, `down` or `exec`. */
export function projectArgs({ platform, project, dashboards }: ComposeSetting): readonly string[] {
  const files = ["compose.yaml", ...(isDesktop(platform) ? ["compose.desktop.yaml"] : [])];
  return ["-p", project, ...files.flatMap((name) => ["-f", join(dashboards, name)])];
}

export const upArgs = (services: readonly Service[]): readonly string[] => ["up", "-d", ...services];

/** With `-v` the volume goes, too. */
export const downArgs = ({ isPurged }: { readonly isPurged: boolean }): readonly string[] => [
  "down",
  ...(isPurged ? ["-v"] : []),
];

/** Stops it, too. */
export const removeArgs = (service: Service): readonly string[] => ["rm", "-s", "-f", service];

/** Names of services that run, a line each; said in the same words by both generations of compose. */
export const runningArgs: readonly string[] = ["ps", "--services", "--filter", "status=running"];

export const logsArgs = (service: Service): readonly string[] => ["logs", "--no-color", "--tail=5", service];

/** Without a terminal of its own. */
export const execArgs = (service: Service, words: readonly string[]): readonly string[] => [
  ...["exec", "-T", service],
  ...words,
];

export function composeEnv(setting: ComposeSetting): Readonly<Record<string, string>> {
  return {
    BENCH_PROMETHEUS_PORT: String(setting.prometheusPort),
    BENCH_GRAFANA_PORT: String(setting.grafanaPort),
    // In a virtual machine loopback is its own; the ports are published on ours alone.
    BENCH_OBSERVE_LISTEN: isDesktop(setting.platform) ? "0.0.0.0" : "127.0.0.1",
    BENCH_OBSERVE_CONFIG: setting.configFolder,
    BENCH_OBSERVE_GRAFANA: setting.grafanaFolder,
    BENCH_OBSERVE_BOARDS: setting.boardsFolder,
    BENCH_OBSERVE_INCOMING: setting.incomingFolder,
    BENCH_OBSERVE_VOLUME: setting.project,
  };
}
