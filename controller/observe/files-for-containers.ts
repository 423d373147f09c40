/** Copies of what containers read, made so that whoever they run as may read them: a checkout often lets only its owner. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, sentenceOf } from "../../base/failure.ts";
import { isDesktop } from "./compose-words.ts";
import { dashboardsFolder, type Places } from "./places.ts";
import { configForDesktop } from "./prometheus-words.ts";

/**
 * Files are written over and never removed: containers that run have them mounted.
 * @throws {Failure} `environment` when they cannot be written
 */
export function filesForContainers(places: Places, platform: NodeJS.Platform): void {
  const dashboards = dashboardsFolder();
  try {
    makeReadable(places.incomingFolder);
    copy(join(dashboards, "prometheus"), places.configFolder);
    copy(join(dashboards, "grafana"), places.grafanaFolder);
    copy(join(dashboards, "generated"), places.boardsFolder);
    if (!isDesktop(platform)) return;
    const config = join(places.configFolder, "prometheus.yml");
    writeFileSync(config, configForDesktop(readFileSync(config, "utf8")));
  } catch (cause) {
    const sentence = `the files of containers cannot be written into ${places.folder}: ${sentenceOf(cause)}`;
    throw new Failure("environment", sentence, { cause });
  }
}

function makeReadable(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
}

function copy(from: string, to: string): void {
  makeReadable(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      copy(source, target);
      continue;
    }
    writeFileSync(target, readFileSync(source));
    chmodSync(target, 0o644);
  }
}
