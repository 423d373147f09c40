/** `bench calibrate`: the instrument proves itself on this machine and writes down what it is worth. */
import { randomBytes, randomInt } from "node:crypto";
import { join, resolve } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { startGuard } from "../../chaos/guard.ts";
import { calibrate as prove } from "../../controller/calibrate/calibrate.ts";
import { writeCertificate } from "../../controller/calibrate/certificate-file.ts";
import { certificateText } from "../../controller/calibrate/certificate-text.ts";
import { thisHost } from "../../controller/calibrate/this-host.ts";
import { openFleet } from "../../controller/open-fleet.ts";
import { newRunId, RunRecord } from "../../controller/record.ts";
import { exitCodeOfFailure } from "../exit-code.ts";
import { openProgress } from "../progress.ts";
import { certificatePath, resultsFolder } from "../results.ts";
import { selfCommand } from "../self.ts";

export interface CalibrateOptions {
  readonly json?: boolean;
  /** Milliseconds, as text: the server adds them without telling. A calibration that does not see it is worth nothing. */
  readonly plant?: string;
}

export async function calibrate(words: CalibrateOptions, signal: AbortSignal): Promise<number> {
  const plantedMs = Number(words.plant ?? 0);
  if (!(plantedMs >= 0 && plantedMs <= 1_000)) {
    throw new Failure("usage", `--plant "${words.plant}" is not a number of milliseconds from 0 to 1000`);
  }
  const progress = openProgress({ stream: process.stderr });
  try {
    const runId = newRunId("calibration", "known-latency", Date.now(), randomInt(0x10000));
    const record = RunRecord.create(resolve(join(resultsFolder(), "calibrations", runId)), runId);
    const certificate = await prove(
      {
        clock: systemClock,
        record,
        heard: progress.heard,
        host: thisHost(),
        plantedMs,
        openGuard: () =>
          startGuard({
            folder: record.folder,
            command: [...selfCommand, "guard", record.path("guard.ndjson")],
          }),
        openFleet: (wards, watch) =>
          openFleet({
            count: 1,
            wards,
            watch,
            self: selfCommand,
            token: randomBytes(24).toString("hex"),
            clock: systemClock,
            record,
          }),
      },
      signal,
    );
    progress.end();
    record.writeJson("certificate.json", certificate);
    // What was found under a lie is no certificate of this machine.
    if (plantedMs === 0) writeCertificate(certificatePath(), certificate);
    process.stdout.write(
      words.json === true ? `${JSON.stringify(certificate, null, 2)}\n` : certificateText(certificate),
    );
    return certificate.status === "upheld" ? 0 : exitCodeOfFailure.agents;
  } finally {
    progress.end();
  }
}
