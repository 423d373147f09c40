/** The machine and the program we are, as far as a calibration depends on them. */
import { cpus, release, totalmem } from "node:os";
import { packageVersion } from "../../proto/version.ts";
import type { CertifiedHost } from "./certificate.ts";

export function thisHost(): CertifiedHost {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    bench: packageVersion,
  };
}
