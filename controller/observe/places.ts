/** Where looking at runs has its files: notes, data and log below the results folder, configurations in the package. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Places {
  /** Everything below is in it but the lock, and nothing else is. */
  readonly folder: string;
  /** Held by whoever changes what is up; beside the folder, which may be purged meanwhile. */
  readonly lockPath: string;
  /** What is up. */
  readonly statePath: string;
  /** Of a Prometheus that is a process. */
  readonly dataFolder: string;
  readonly logPath: string;
  /** Runs on their way into Prometheus, a file each; containers see it, too. */
  readonly incomingFolder: string;
  /** The project whose volume a container engine keeps for us, and the socket of that; there as long as there may be one. */
  readonly projectPath: string;
  /** Copies of what containers read, in which users of theirs may read, whatever the mask of the package. */
  readonly configFolder: string;
  readonly grafanaFolder: string;
  readonly boardsFolder: string;
}

/** Below the results folder, which is `.bench` as a rule. */
export function placesIn(results: string): Places {
  const folder = join(results, "observe");
  return {
    folder,
    lockPath: `${folder}.lock`,
    statePath: join(folder, "state.json"),
    dataFolder: join(folder, "data"),
    logPath: join(folder, "prometheus.log"),
    incomingFolder: join(folder, "incoming"),
    projectPath: join(folder, "project"),
    configFolder: join(folder, "prometheus"),
    grafanaFolder: join(folder, "grafana"),
    boardsFolder: join(folder, "generated"),
  };
}

/**
 * `dashboards` of the package, from source and from dist, which has only what is compiled.
 * @throws {Error} when the package was packed without it
 */
export function dashboardsFolder(ourUrl: string = import.meta.url): string {
  for (let folder = dirname(fileURLToPath(ourUrl)); ; folder = dirname(folder)) {
    const found = join(folder, "dashboards");
    if (existsSync(join(found, "compose.yaml"))) return found;
    if (dirname(folder) === folder) throw new Error(`no dashboards/compose.yaml above ${ourUrl}`);
  }
}
