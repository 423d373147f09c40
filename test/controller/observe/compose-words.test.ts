/** What compose is called with; and that dashboards/compose.yaml is what these words are for. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  type ComposeSetting,
  composeEnv,
  downArgs,
  execArgs,
  images,
  projectArgs,
  projectOf,
  removeArgs,
  runningArgs,
  upArgs,
} from "../../../controller/observe/compose-words.ts";
import { dashboardsFolder } from "../../../controller/observe/places.ts";
import { prometheusArgs } from "../../../controller/observe/prometheus-words.ts";

const setting: ComposeSetting = {
  ...{ platform: "linux", project: "bench-observe-1", dashboards: "/p/dashboards" },
  ...{ configFolder: "/r/observe/prometheus", incomingFolder: "/r/observe/incoming" },
  ...{ grafanaFolder: "/r/observe/grafana", boardsFolder: "/r/observe/generated" },
  ...{ prometheusPort: 9091, grafanaPort: 3001 },
};

test("one file on Linux, two where containers run in a virtual machine", () => {
  expect(projectArgs(setting)).toEqual(["-p", "bench-observe-1", "-f", "/p/dashboards/compose.yaml"]);
  expect(projectArgs({ ...setting, platform: "darwin" })).toEqual([
    ...["-p", "bench-observe-1", "-f", "/p/dashboards/compose.yaml"],
    ...["-f", "/p/dashboards/compose.desktop.yaml"],
  ]);
});

test("orders", () => {
  expect(upArgs(["prometheus"])).toEqual(["up", "-d", "prometheus"]);
  expect(downArgs({ isPurged: false })).toEqual(["down"]);
  expect(downArgs({ isPurged: true })).toEqual(["down", "-v"]);
  expect(removeArgs("grafana")).toEqual(["rm", "-s", "-f", "grafana"]);
  expect(runningArgs).toEqual(["ps", "--services", "--filter", "status=running"]);
  expect(execArgs("prometheus", ["promtool", "x"])).toEqual(["exec", "-T", "prometheus", "promtool", "x"]);
});

test("each results folder has containers of its own, under a name that compose takes", () => {
  expect(projectOf("/a/.bench/observe")).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  expect(projectOf("/a/.bench/observe")).not.toBe(projectOf("/b/.bench/observe"));
});

interface Service {
  readonly image: string;
  readonly network_mode: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly { readonly source: string; readonly target: string }[];
}
interface ComposeFile {
  readonly services: Readonly<Record<"prometheus" | "grafana", Service>>;
}

/** As compose does it: `${NAME:-usual}`. */
const filled = (text: string, env: Readonly<Record<string, string>>) =>
  text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, usual: string) => env[name] ?? usual);

const raw = (name: string) => readFileSync(join(dashboardsFolder(), name), "utf8");
const fileWith = (name: string, env: Readonly<Record<string, string>> = {}) =>
  parse(filled(raw(name), env)) as ComposeFile;

describe("dashboards/compose.yaml", () => {
  test("has the images that are looked for", () => {
    const { services } = fileWith("compose.yaml");
    expect(services.prometheus.image).toBe(images.prometheus);
    expect(services.grafana.image).toBe(images.grafana);
  });

  test("takes every variable that is filled in, and no other", () => {
    const used = new Set([...raw("compose.yaml").matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect([...used].toSorted()).toEqual(Object.keys(composeEnv(setting)).toSorted());
  });

  test("starts Prometheus as it is started as a process", () => {
    const { services } = fileWith("compose.yaml", composeEnv(setting));
    expect(services.prometheus.command).toEqual(
      prometheusArgs({ configPath: "/etc/bench/prometheus.yml", dataFolder: "/prometheus", port: 9091 }),
    );
  });

  test("everything listens on loopback only, where runs are served", () => {
    const { prometheus, grafana } = fileWith("compose.yaml", composeEnv(setting)).services;
    expect([prometheus.network_mode, grafana.network_mode]).toEqual(["host", "host"]);
    expect(grafana.environment).toMatchObject({
      GF_SERVER_HTTP_ADDR: "127.0.0.1",
      BENCH_PROMETHEUS_URL: "http://127.0.0.1:9091",
    });
    expect(String(grafana.environment?.["GF_SERVER_HTTP_PORT"])).toBe("3001");
  });

  test("by hand, without a variable, has the usual ports and files that are there", () => {
    const { prometheus, grafana } = fileWith("compose.yaml").services;
    expect(prometheus.command).toContain("--web.listen-address=127.0.0.1:9090");
    const sources = [...prometheus.volumes!, ...grafana.volumes!]
      .map(({ source }) => source)
      // Made by the generator of dashboards; and a volume.
      .filter((source) => source.startsWith("./") && source !== "./generated");
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !existsSync(resolve(dashboardsFolder(), source)))).toEqual([]);
  });

  test("who reaches Grafana may look, and nobody can log in", () => {
    expect(fileWith("compose.yaml").services.grafana.environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: "true",
      GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
      GF_AUTH_DISABLE_LOGIN_FORM: "true",
      GF_AUTH_BASIC_ENABLED: "false",
    });
  });

  test("Grafana finds the dashboards where they are mounted", () => {
    const provider = parse(raw("grafana/provisioning/dashboards/bench.yaml")) as {
      providers: { options: { path: string } }[];
    };
    const mounted = fileWith("compose.yaml").services.grafana.volumes!;
    expect(mounted.find(({ source }) => source === "./generated")?.target).toBe(
      provider.providers[0]?.options.path,
    );
  });
});

test("in a virtual machine ports are published on loopback only", () => {
  const env = composeEnv({ ...setting, platform: "darwin" });
  expect(env["BENCH_OBSERVE_LISTEN"]).toBe("0.0.0.0");
  const { prometheus, grafana } = fileWith("compose.desktop.yaml", env).services;
  expect([prometheus.ports, grafana.ports]).toEqual([["127.0.0.1:9091:9091"], ["127.0.0.1:3001:3001"]]);
  expect([prometheus.network_mode, grafana.network_mode]).toEqual(["bridge", "bridge"]);
});
