/** A target as a compose file, for `docker compose` and for docker-compose 1.29 alike. Pure. */
import { stringify } from "yaml";
import type { WardedProcess } from "../launcher.ts";
import { nodeLabel, runLabel } from "./engine.ts";
import { gatewayIn } from "./subnet.ts";

export interface ComposeFile {
  readonly runId: string;
  readonly target: string;
  readonly subnet: string;
  readonly services: readonly Service[];
}

/** One node as a container. */
export interface Service {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  /** Where it is started. */
  readonly workingFolder: string;
  /** Read as its standard input. */
  readonly stdinPath?: string;
  /** Its output goes here. */
  readonly logPath: string;
  /** `uid:gid`; the image's own, which is root, when absent. */
  readonly user?: string;
  readonly stopSignal: WardedProcess["politely"];
  /** In the target's own network. */
  readonly ipv4: string;
  /** The same in the container and outside. */
  readonly port: number;
  /** Address on loopback at which the port is found outside. */
  readonly publishedAt: string;
  readonly isAskedByUdp: boolean;
  /** Of this machine, at the same path in the container. */
  readonly folders: readonly { readonly path: string; readonly isWritable: boolean }[];
  /** For people: whom it starts after. */
  readonly after: readonly string[];
  readonly cpuMillicores: number;
  readonly restartsOnFailure: boolean;
}

/** As of Debian's images. */
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * CPU budgets stand in labels and not as `cpus:`, because nodes are exercised without them first; they are set on the
 * running containers. There is no `version:`: 1.27 and later read the file by the Compose specification then.
 */
export function renderCompose({ runId, target, subnet, services }: ComposeFile): string {
  const labels = { [runLabel]: runId };
  const file = {
    services: Object.fromEntries(services.map((service) => [service.name, serviceOf(service, labels)])),
    networks: { target: { labels, ipam: { config: [{ subnet, gateway: gatewayIn(subnet) }] } } },
  };
  return `# ${target}, run ${runId}. Written by bench; \`bench targets down\` or the end of the run removes it.\n${stringify(
    dollarsDoubled(file),
    { lineWidth: 0, version: "1.1" }, // docker-compose 1.29 reads a bare no as false.
  )}`;
}

function serviceOf(service: Service, labels: Readonly<Record<string, string>>) {
  const { name, image, command, workingFolder, stdinPath, logPath, user, ipv4, folders } = service;
  const { stopSignal, isAskedByUdp } = service;
  const published = `${service.publishedAt}:${service.port}:${service.port}`;
  return {
    image,
    container_name: `${labels[runLabel]}-${name}`,
    entrypoint: ["/bin/sh", "-c", wrapper(stdinPath, logPath), "sh"],
    command,
    working_dir: workingFolder,
    ...(user !== undefined && { user }),
    // Only what programs need, as for processes.
    environment: { PATH: searchPath, LANG: "C", LC_ALL: "C", TZ: "UTC", NODE_ENV: "production" },
    stop_signal: stopSignal,
    stop_grace_period: "2s",
    restart: service.restartsOnFailure ? "on-failure" : "no",
    networks: { target: { ipv4_address: ipv4 } },
    ports: [published, ...(isAskedByUdp ? [`${published}/udp`] : [])],
    volumes: [
      ...folders.map(({ path, isWritable }) => `${path}:${path}${isWritable ? "" : ":ro"}`),
      `${logPath}:${logPath}`,
    ],
    labels: { ...labels, [nodeLabel]: name, "stagebench.cpu-millicores": String(service.cpuMillicores) },
    ...(service.after.length > 0 && { depends_on: service.after }),
  };
}

/** The log is a file of the run, as with processes; the program takes the shell's place, and its signals. */
function wrapper(stdinPath: string | undefined, logPath: string): string {
  const input = stdinPath === undefined ? "" : ` < ${quoted(stdinPath)}`;
  return `exec "$@"${input} >> ${quoted(logPath)} 2>&1`;
}

const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;

/** Compose takes a dollar for the beginning of a variable. */
function dollarsDoubled<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll("$", "$$$$") as T;
  if (Array.isArray(value)) return value.map(dollarsDoubled) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, dollarsDoubled(one)])) as T;
}
