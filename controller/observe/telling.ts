/** What is up, what was ended and where runs are seen, in lines for people. Pure. */
import type { FillStatus } from "./back-fill.ts";
import type { TakenDown } from "./down.ts";
import type { ObserveStatus } from "./status.ts";

export function statusLines(status: ObserveStatus): readonly string[] {
  const { prometheus, grafana, mechanism, since, missing } = status;
  const how = mechanism === "compose" ? "in a container" : "as a process";
  const ready = (isReady: boolean) => (isReady ? "" : ", and does not answer");
  return [
    ...(prometheus === undefined
      ? []
      : [`Prometheus  ${prometheus.url}  ${how}, since ${since}${ready(prometheus.isReady)}`]),
    ...(grafana === undefined
      ? []
      : [
          `Grafana     ${grafana.url}  ${"isOwn" in grafana ? "your own" : `${how}${ready(grafana.isReady)}`}`,
        ]),
    ...missing,
  ];
}

export interface RunShown {
  readonly runId: string;
  readonly kind: "run" | "search";
  readonly status: FillStatus;
  readonly link: string;
}

const statusWords: Readonly<Record<FillStatus, string>> = {
  filled: "back-filled",
  there: "was back-filled before",
  scraped: "was scraped while it went on",
  unseen: "back-filled, and not seen by Prometheus within 90 s; it may need a minute more",
};

export const runLines = (runs: readonly RunShown[]): readonly string[] =>
  runs.flatMap(({ runId, status, link }) => [`${runId}  ${statusWords[status]}`, `  ${link}`]);

export function downLines({ ended, purged, kept }: TakenDown): readonly string[] {
  return [
    ended === undefined
      ? "nothing was up"
      : ended === "compose"
        ? "down: the containers are removed"
        : "down: the process of Prometheus ended",
    ...(purged === undefined ? [] : [`what it had seen is gone: ${purged}`]),
    ...(kept === undefined ? [] : [`what it had seen is kept in ${kept}`]),
  ];
}
