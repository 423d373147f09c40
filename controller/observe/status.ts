/** What is up for looking at runs, as it is told by `bench observe` in each of its forms. */
import { isGrafanaReady, isPrometheusReady } from "./prometheus-api.ts";
import { grafanaUrlOf, type ObserveState, prometheusUrlOf, standingOf } from "./state.ts";

export interface ServiceSeen {
  readonly url: string;
  readonly isReady: boolean;
}

export interface ObserveStatus {
  readonly schemaVersion: 1;
  /** Prometheus answers. */
  readonly isUp: boolean;
  /** Absent when nothing was brought up. */
  readonly mechanism?: ObserveState["mechanism"];
  /** ISO 8601. */
  readonly since?: string;
  readonly prometheus?: ServiceSeen;
  /** `isOwn`: not ours, but that of BENCH_GRAFANA, which is not asked. */
  readonly grafana?: ServiceSeen | { readonly url: string; readonly isOwn: true };
  /** What is not there and how to get it, a sentence each. */
  readonly missing: readonly string[];
}

export interface StatusProbes {
  isPrometheusReady(url: string): Promise<boolean>;
  isGrafanaReady(url: string): Promise<boolean>;
}

const systemProbes: StatusProbes = { isPrometheusReady, isGrafanaReady };

/** `own`: the Grafana of BENCH_GRAFANA. */
export async function statusOf(
  state: ObserveState | undefined,
  own: string | undefined,
  probes: StatusProbes = systemProbes,
): Promise<ObserveStatus> {
  const ours = own === undefined ? {} : { grafana: { url: own, isOwn: true } as const };
  if (state === undefined)
    return { schemaVersion: 1, isUp: false, ...ours, missing: ["nothing is up; bench observe up starts it"] };
  const { mechanism, since } = state;
  const url = prometheusUrlOf(state);
  const standing = standingOf(state);
  const isUp = standing === "up" && (await probes.isPrometheusReady(url));
  const grafanaUrl = grafanaUrlOf(state);
  const grafana =
    grafanaUrl === undefined
      ? {}
      : { grafana: { url: grafanaUrl, isReady: isUp && (await probes.isGrafanaReady(grafanaUrl)) } };
  return {
    ...{ schemaVersion: 1, isUp, mechanism, since },
    prometheus: { url, isReady: isUp },
    ...grafana,
    ...ours,
    missing: [...notUp(state, { standing, isUp }), ...withoutGrafana(state, own)],
  };
}

function notUp(
  state: ObserveState,
  { standing, isUp }: { readonly standing: ReturnType<typeof standingOf>; readonly isUp: boolean },
): readonly string[] {
  // A process that lives is not doubled.
  const remedy =
    state.mechanism === "process" ? "bench observe down ends it" : "bench observe up brings it up again";
  switch (standing) {
    case "up":
      return isUp ? [] : [`Prometheus does not answer at ${prometheusUrlOf(state)}; ${remedy}`];
    case "gone":
      return ["Prometheus was up and is gone; bench observe up brings it up again"];
    case "elsewhere":
      return ["it was brought up on another machine or in another container, and cannot be seen from here"];
    default:
      return standing satisfies never;
  }
}

function withoutGrafana(state: ObserveState, own: string | undefined): readonly string[] {
  if (own !== undefined || state.withoutGrafana === undefined) return [];
  return [
    `there is no Grafana: ${state.withoutGrafana}`,
    `into a Grafana of your own import dashboards/generated, with ${prometheusUrlOf(state)} as its Prometheus; BENCH_GRAFANA=<its address> makes links lead there`,
  ];
}
