/** The last known settings on disk, so that a node can start again while the centre is gone. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseSettings, type SettingsInForce } from "./settings.ts";

export interface KeptSettings {
  /** Undefined when nothing was kept, or it cannot be understood. */
  read(): Promise<SettingsInForce | undefined>;
  write(inForce: SettingsInForce): Promise<void>;
}

export function keptSettings(path: string): KeptSettings {
  return {
    async read() {
      try {
        const { version, settings } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
        return { version: Number(version), settings: parseSettings(settings) };
      } catch {
        // The same as a first start: the centre is asked, and health says so until it answers.
        return undefined;
      }
    },
    async write(inForce) {
      await mkdir(dirname(path), { recursive: true });
      // A crash in the middle must leave the old file or the new one, not half of either.
      const fresh = `${path}.new`;
      await writeFile(fresh, JSON.stringify(inForce));
      await rename(fresh, path);
    },
  };
}
