/** A certificate for people: what this machine can do, what was found, and what did not hold. */
import { count, figure, ms, percent, seconds } from "../../verdict/telling/figures.ts";
import { table, wrapped } from "../../verdict/telling/table.ts";
import type { CalibrationCheck, Certificate } from "./certificate.ts";
import { closedLoopNote } from "./checks/freeze.ts";

const width = 100;

export function certificateText(certificate: Certificate): string {
  const { figures, checks } = certificate;
  const blocks = [
    top(certificate),
    [
      ...table([
        ["maximum", "requests/s", "CPU µs each", "slip p99 ms", "agent CPU %", "server CPU %"],
        ...maximumRows(certificate),
      ]),
    ],
    table([
      ["slip ms", "requests/s", "p50", "p99", "max"],
      ...figures.slipCurve.map(({ ofMaximumRatio, ratePerS, slipMs }) => [
        `at ${Math.round(ofMaximumRatio * 100)} %`,
        count(ratePerS),
        ...[slipMs.p50, slipMs.p99, slipMs.max].map(figure),
      ]),
    ]),
    [
      ...table([
        ["known latency ms", "true", "server says", "told", "told again", "no delay"],
        ...figures.knownLatency.quantiles.map(
          ({ quantile, expectedMs, serverMs, recoveredMs, baselineMs }) => [
            quantile,
            figure(expectedMs),
            figure(serverMs),
            ...recoveredMs.map(figure),
            figure(baselineMs),
          ],
        ),
      ]),
    ],
    [
      ...table([
        ["freeze ms", "true", "response", "service"],
        ...figures.freeze.quantiles.map(({ quantile, expectedMs, responseMs, serviceMs }) => [
          quantile,
          ...[expectedMs, responseMs, serviceMs].map(figure),
        ]),
      ]),
      ...wrapped("  ", closedLoopNote(figures.freeze), width),
    ],
    ["Checks", ...gravestFirst(checks).flatMap(checkLines)],
  ];
  return `${blocks.map((block) => block.map((line) => line.trimEnd()).join("\n")).join("\n\n")}\n`;
}

function top(certificate: Certificate): readonly string[] {
  const { status, date, tookS, host, hostPressure, figures, checks, sender, plantedMs } = certificate;
  const { ratePerAgentPerS, cpuUsPerRequest } = figures.maximum;
  const broken = checks.filter((check) => check.status !== "upheld").length;
  const words =
    status === "upheld"
      ? `this instrument tells the truth on this machine, up to ${count(ratePerAgentPerS)} requests/s per agent ` +
        `(${figure(cpuUsPerRequest)} µs of CPU each)`
      : `${broken} of ${checks.length} checks did not hold: what runs on this machine say is to be taken with care`;
  const waited =
    hostPressure.cpuSomeRatio === undefined
      ? ""
      : `, something waited for a CPU ${percent(hostPressure.cpuSomeRatio)} of the time`;
  const stolen = hostPressure.stealRatio === undefined ? "" : `, ${percent(hostPressure.stealRatio)} stolen`;
  return [
    ...wrapped(`${status === "upheld" ? "CERTIFIED" : "NOT CERTIFIED"}  `, words, width),
    ...wrapped(
      "  ",
      `${date}, ${seconds(tookS)}; ${host.cores} × ${host.cpu}, Linux ${host.kernel}, Node ${host.node}, sender ${sender}${waited}${stolen}`,
      width,
    ),
    ...(plantedMs === undefined
      ? []
      : wrapped(
          "  ",
          `the server was told to lie by ${ms(plantedMs)}: this is a test of the calibration, not a certificate`,
          width,
        )),
  ];
}

function maximumRows({ figures: { maximum, slipCurve } }: Certificate): readonly (readonly string[])[] {
  const { closed, probes, ratePerAgentPerS, connections } = maximum;
  const best = probes.find((probe) => probe.isGood && probe.ratePerS === ratePerAgentPerS);
  return [
    [
      `closed, ${connections} connections`,
      count(closed.ratePerS),
      figure(closed.cpuUsPerRequest),
      "-",
      figure(closed.agentCpuRatio * 100),
      figure(closed.serverCpuRatio * 100),
    ],
    ...(best === undefined || slipCurve.length === 0
      ? []
      : [
          [
            "open, on time",
            count(best.ratePerS),
            figure(maximum.cpuUsPerRequest),
            figure(best.slipP99Ms),
            figure(best.agentCpuRatio * 100),
            figure(best.serverCpuRatio * 100),
          ],
        ]),
  ];
}

const gravity = { refuted: 0, inconclusive: 1, upheld: 2 } as const;

const gravestFirst = (checks: readonly CalibrationCheck[]): readonly CalibrationCheck[] =>
  checks.toSorted((a, b) => gravity[a.status] - gravity[b.status]);

function checkLines({ check, status, because }: CalibrationCheck): readonly string[] {
  return wrapped(`  ${status.padEnd(14)}${check.padEnd(15)}`, because, width);
}
