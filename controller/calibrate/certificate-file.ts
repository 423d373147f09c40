/** The certificate on the disk: written whole, read with suspicion. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { CertificateSeen } from "../../verdict/evidence.ts";
import { type Certificate, type CertifiedHost, certificateSchema } from "./certificate.ts";

/** @throws {Failure} `environment` when it cannot be written */
export function writeCertificate(path: string, certificate: Certificate): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, `${JSON.stringify(certificate, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw new Failure("environment", `the certificate cannot be written: ${sentenceOf(cause)}`, { cause });
  }
}

/** Undefined when there is none, or what is there is not a certificate of this version. */
export function readCertificate(path: string): Certificate | undefined {
  try {
    return certificateSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // Nobody depends on it: a run without a certificate says so and names the command.
    return undefined;
  }
}

/** The certificate at `path` as a run names it; undefined when there is none. */
export function nameCertificate(
  path: string,
  host: CertifiedHost,
  sender: string,
): CertificateSeen | undefined {
  const certificate = readCertificate(path);
  if (certificate === undefined) return undefined;
  const isSame = certificate.sender === sender && isDeepStrictEqual(certificate.host, host);
  return {
    date: certificate.date,
    maxRatePerAgentPerS: certificate.figures.maximum.ratePerAgentPerS,
    isForThisHost: isSame && certificate.status === "upheld",
    path,
  };
}
