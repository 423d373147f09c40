/** The machine and the program we are, as far as a calibration depends on them. */
import { packageVersion } from "../../proto/version.ts";
import { hostHere } from "../host-here.ts";
import type { CertifiedHost } from "./certificate.ts";

export const thisHost = (): CertifiedHost => ({
  ...hostHere(),
  node: process.version,
  bench: packageVersion,
});
