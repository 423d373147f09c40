/** What Prometheus is started with, and that its configuration is the one of what runs serve. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { usualHost, usualPorts } from "../../../controller/metrics-door.ts";
import { dashboardsFolder } from "../../../controller/observe/places.ts";
import {
  blocksArgs,
  configForDesktop,
  prometheusArgs,
} from "../../../controller/observe/prometheus-words.ts";

test("it listens on loopback only, and throws nothing away", () => {
  expect(prometheusArgs({ configPath: "/c.yml", dataFolder: "/d", port: 9091 })).toEqual([
    "--config.file=/c.yml",
    "--storage.tsdb.path=/d",
    "--storage.tsdb.retention.time=100y",
    "--web.listen-address=127.0.0.1:9091",
  ]);
  expect(blocksArgs("/in/a.om", "/d")).toEqual([
    "tsdb",
    "create-blocks-from",
    "openmetrics",
    "/in/a.om",
    "/d",
  ]);
});

describe("dashboards/prometheus/prometheus.yml", () => {
  interface Config {
    readonly global: { readonly scrape_interval: string };
    readonly rule_files: readonly string[];
    readonly scrape_configs: readonly {
      readonly job_name: string;
      readonly honor_labels: boolean;
      readonly static_configs: readonly { readonly targets: readonly string[] }[];
    }[];
  }
  const text = readFileSync(join(dashboardsFolder(), "prometheus/prometheus.yml"), "utf8");
  const targetsOf = (config: string) =>
    (parse(config) as Config).scrape_configs.flatMap((job) =>
      job.static_configs.flatMap(({ targets }) => targets),
    );

  test("scrapes every place where a run may be served", () => {
    expect(targetsOf(text)).toEqual(usualPorts.map((port) => `${usualHost}:${port}`));
  });

  test("has one job, takes labels as they come, and the rules beside it", () => {
    const { scrape_configs: jobs, rule_files: rules } = parse(text) as Config;
    expect(jobs).toMatchObject([{ job_name: "bench", honor_labels: true }]);
    expect(rules).toEqual(["bench.rules.yml"]);
  });

  test("is scraped as often as Grafana is told", () => {
    const datasource = parse(
      readFileSync(join(dashboardsFolder(), "grafana/provisioning/datasources/bench.yaml"), "utf8"),
    ) as { datasources: { uid: string; jsonData: { timeInterval: string } }[] };
    expect(datasource.datasources).toMatchObject([
      { uid: "bench-prometheus", jsonData: { timeInterval: (parse(text) as Config).global.scrape_interval } },
    ]);
  });

  test("from a virtual machine finds the same ports by the name of this machine", () => {
    expect(targetsOf(configForDesktop(text))).toEqual(
      usualPorts.map((port) => `host.docker.internal:${port}`),
    );
  });
});
