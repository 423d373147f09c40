/** The container engine over its own socket: the few questions and orders that a launcher has for it. */
import { existsSync } from "node:fs";
import { type Dispatcher, Pool } from "undici";
import { Failure, sentenceOf } from "../../../base/failure.ts";

/** Source: the Docker Engine API; what is not read here is left out. */
export interface ContainerSeen {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly State: string;
}

export interface ContainerState {
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly RestartCount: number;
}

/** Cumulative since the container was last started. */
export interface ContainerCpu {
  readonly cpuS: number;
  readonly periods: number;
  readonly throttledPeriods: number;
}

export interface EngineEvent {
  readonly action: string;
  readonly node: string;
  readonly exitCode: number;
  readonly atEpochMs: number;
}

interface Network {
  readonly Id: string;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null };
}

/** Everything made for a run carries these. */
export const runLabel = "stagebench.run";
export const nodeLabel = "stagebench.node";

const ANSWER_LIMIT_MS = 30_000;
const usualSocket = "/var/run/docker.sock";

/**
 * Path of the engine's socket: of DOCKER_HOST when it is set, else the usual one.
 * @throws {Failure} `environment` when the engine is not on this machine: configurations are handed over as folders
 */
export function engineSocket(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const host = env["DOCKER_HOST"];
  if (host === undefined || host === "") return usualSocket;
  if (host.startsWith("unix://")) return host.slice("unix://".length);
  throw new Failure("environment", `DOCKER_HOST is ${host}, an engine on another machine`, {
    hint: "the compose launcher hands folders of this machine to the containers; it needs an engine on a unix:// socket",
  });
}

export class Engine implements AsyncDisposable {
  readonly socket: string;
  readonly #pool: Pool;

  constructor(socket: string) {
    this.socket = socket;
    this.#pool = new Pool("http://engine", { connect: { socketPath: socket }, connections: 32 });
  }

  /**
   * The version of the engine behind the socket.
   * @throws {Failure} `environment` when there is none, or it is not ours to ask
   */
  async version(): Promise<string> {
    const hint =
      "start the engine (for Docker: `systemctl start docker`); most stages come up without it as processes";
    if (!existsSync(this.socket))
      throw new Failure("environment", `no container engine listens on ${this.socket}`, { hint });
    try {
      return (await this.#ask<{ Version: string }>("GET", "/version")).Version;
    } catch (cause) {
      const because = `the container engine on ${this.socket} does not answer: ${sentenceOf(cause)}`;
      throw new Failure("environment", because, { hint, cause });
    }
  }

  async hasImage(name: string): Promise<boolean> {
    const { statusCode, body } = await this.#send("GET", `/images/${name}/json`);
    await body.dump();
    return statusCode === 200;
  }

  /** Every container of the run, running or not. */
  containers(runId: string): Promise<readonly ContainerSeen[]> {
    return this.#ask("GET", `/containers/json?all=true&filters=${labelled(runId)}`);
  }

  async state(id: string): Promise<ContainerState> {
    const seen = await this.#ask<{ State: ContainerState; RestartCount: number }>(
      "GET",
      `/containers/${id}/json`,
    );
    return { ...seen.State, RestartCount: seen.RestartCount };
  }

  /** Undefined when there is no such container any more. */
  async stateIfAny(id: string): Promise<Pick<ContainerState, "Running" | "Paused" | "Pid"> | undefined> {
    const path = `/containers/${id}/json`;
    const { statusCode, body } = await this.#send("GET", path);
    const text = await body.text();
    if (statusCode === 404) return undefined;
    if (statusCode >= 400) throw refused("GET", path, text);
    return (JSON.parse(text) as { State: ContainerState }).State;
  }

  async cpu(id: string): Promise<ContainerCpu> {
    const { cpu_stats: seen } = await this.#ask<{
      cpu_stats: {
        cpu_usage: { total_usage: number };
        throttling_data?: { periods: number; throttled_periods: number };
      };
    }>("GET", `/containers/${id}/stats?stream=false&one-shot=true`);
    return {
      cpuS: seen.cpu_usage.total_usage / 1e9,
      periods: seen.throttling_data?.periods ?? 0,
      throttledPeriods: seen.throttling_data?.throttled_periods ?? 0,
    };
  }

  start(id: string): Promise<void> {
    return this.#ask("POST", `/containers/${id}/start`);
  }

  /** Politely, by its own stop signal, then by SIGKILL. */
  stop(id: string, limitS: number): Promise<void> {
    return this.#ask("POST", `/containers/${id}/stop?t=${limitS}`);
  }

  signal(id: string, signal: NodeJS.Signals): Promise<void> {
    return this.#ask("POST", `/containers/${id}/kill?signal=${signal}`);
  }

  /** All its processes stand still until `resume`. */
  pause(id: string): Promise<void> {
    return this.#ask("POST", `/containers/${id}/pause`);
  }

  resume(id: string): Promise<void> {
    return this.#ask("POST", `/containers/${id}/unpause`);
  }

  /** 0 for both where there is no limit. */
  async cpuLimit(id: string): Promise<{ readonly quotaUs: number; readonly periodUs: number }> {
    const { HostConfig } = await this.#ask<{ HostConfig: { CpuQuota: number; CpuPeriod: number } }>(
      "GET",
      `/containers/${id}/json`,
    );
    return { quotaUs: HostConfig.CpuQuota, periodUs: HostConfig.CpuPeriod };
  }

  async limitCpu(id: string, quotaUs: number, periodUs: number): Promise<void> {
    await this.#ask("POST", `/containers/${id}/update`, { CpuPeriod: periodUs, CpuQuota: quotaUs });
  }

  /** With its volumes; one that is gone is removed already. */
  remove(id: string): Promise<void> {
    return this.#gone(`/containers/${id}?force=true&v=true`);
  }

  /** Subnets that are in use. */
  async subnets(): Promise<readonly string[]> {
    const networks = await this.#ask<readonly Network[]>("GET", "/networks");
    return networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []));
  }

  async networks(runId: string): Promise<readonly string[]> {
    const networks = await this.#ask<readonly Network[]>("GET", `/networks?filters=${labelled(runId)}`);
    return networks.map(({ Id }) => Id);
  }

  removeNetwork(id: string): Promise<void> {
    return this.#gone(`/networks/${id}`);
  }

  /** Starts and deaths of the run's containers as they happen, until `signal` aborts. Resolves when it listens. */
  async watch(runId: string, onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void> {
    const filters = JSON.stringify({ label: [`${runLabel}=${runId}`], type: ["container"] });
    const { body } = await this.#send("GET", `/events?filters=${encodeURIComponent(filters)}`, undefined, {
      signal,
      bodyTimeout: 0,
    });
    let rest = "";
    body.setEncoding("utf8");
    body.on("data", (text: string) => {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") onEvent(eventOf(line));
    });
    // It ends when we say so, or with the engine; what that means is seen by who asks it next.
    body.on("error", () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }

  async #gone(path: string): Promise<void> {
    const { statusCode, body } = await this.#send("DELETE", path);
    const text = await body.text();
    // 409: somebody is removing it already.
    if (statusCode >= 400 && statusCode !== 404 && statusCode !== 409) throw refused("DELETE", path, text);
  }

  async #ask<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
    const answer = await this.#send(method, path, body);
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw refused(method, path, text);
    return (text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined) as T;
  }

  #send(
    method: "GET" | "POST" | "DELETE",
    path: string,
    body?: object,
    options: Partial<Dispatcher.RequestOptions> = {},
  ): Promise<Dispatcher.ResponseData> {
    return this.#pool.request({
      method,
      path,
      headersTimeout: ANSWER_LIMIT_MS,
      bodyTimeout: ANSWER_LIMIT_MS,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      ...options,
    });
  }
}

function eventOf(line: string): EngineEvent {
  const { Action, timeNano, Actor } = JSON.parse(line) as {
    Action: string;
    timeNano: number;
    Actor: { Attributes: Record<string, string> };
  };
  return {
    action: Action,
    node: Actor.Attributes[nodeLabel] ?? "",
    exitCode: Number(Actor.Attributes["exitCode"] ?? 0),
    atEpochMs: Math.round(timeNano / 1e6),
  };
}

const labelled = (runId: string) => encodeURIComponent(JSON.stringify({ label: [`${runLabel}=${runId}`] }));

function refused(method: string, path: string, text: string): Failure {
  let said = text.trim();
  try {
    said = (JSON.parse(text) as { message?: string }).message ?? said;
  } catch {
    // Not JSON: as it stands.
  }
  return new Failure("environment", `the container engine refused ${method} ${path}: ${said}`);
}
