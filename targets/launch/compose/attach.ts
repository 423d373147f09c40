/** Takes hold of containers that were left running, to give them orders; they go on when it lets go. */
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../../base/failure.ts";
import type { Operations } from "../../running-target.ts";
import type { KeptTarget } from "../kept.ts";
import { Ports } from "../ports.ts";
import { isAlive, startTicksOf } from "../process-identity.ts";
import { shopProgram } from "../shop-program.ts";
import { StepTimes } from "../step-times.ts";
import { unprivilegedUser } from "../unprivileged-user.ts";
import { WardList } from "../ward-list.ts";
import { type Attachment, readAttachment, writeAttachment } from "./attachment.ts";
import { composeCommand, dockerCommand } from "./compose-command.ts";
import { ContainerMaker } from "./container-maker.ts";
import type { ContainerNode } from "./container-node.ts";
import { Engine } from "./engine.ts";
import { Orchestrator } from "./orchestrator.ts";
import { auditOriginOf } from "./running-compose.ts";
import { shopFiles } from "./shop-files.ts";

export interface ChosenAnew {
  readonly spec: Attachment["spec"];
  readonly variants: readonly string[];
}

export interface Attached extends AsyncDisposable {
  readonly spec: Attachment["spec"];
  readonly operations: Operations;
  readonly nodes: readonly ContainerNode[];
  /**
   * Writes down what there is now, for whoever comes next, and gives the new record of the target.
   * @param chosen what it is built by now, where that has changed
   */
  keep(chosen?: ChosenAnew): Promise<KeptTarget>;
}

/**
 * @throws {Failure} `usage` when nobody takes orders for it: processes, or a target without an orchestrator
 * @throws {Failure} `environment` when the engine does not answer, or somebody else's order is under way
 */
export async function attach(kept: KeptTarget, say: (line: string) => void): Promise<Attached> {
  const { id, runId, folder, containers = [] } = kept;
  const [ward] = containers;
  if (ward === undefined || folder === undefined)
    throw new Failure("usage", `${id} is up as processes, which are as many as they are`, {
      hint: "containers are scaled and updated: stage-14 and stage-15, which come up by --launcher compose",
    });
  const attachment = await readAttachment(folder, runId);
  const { spec, subnet, temporary } = attachment;
  if (spec.orchestration === undefined)
    throw new Failure("usage", `${id} has no orchestrator; stage-14 and stage-15 have`);
  const release = await hold(folder, id);
  const engine = new Engine(ward.socket);
  const ports = new Ports();
  try {
    await engine.version();
    const maker = ContainerMaker.from(attachment, {
      ...{ spec, engine, subnet, temporary, options: { runId, folder, wards: new WardList(), say } },
      ...{ docker: dockerCommand(ward.socket), compose: await composeCommand(ward.socket) },
      ...{ files: shopFiles(shopProgram()), binaries: undefined, user: unprivilegedUser() },
      ...{ ports, times: new StepTimes() },
      onDeath() {}, // Nobody watches the engine here: whether a member is alive is asked of it.
    });
    const nodes = [...(await maker.takeOver())];
    const hasBudgets = () => attachment.hasBudgets;
    const operations = new Orchestrator({ spec, maker, nodes, hasBudgets });
    return {
      ...{ spec, operations, nodes },
      async keep(chosen) {
        await writeAttachment(folder, { ...attachment, ...chosen, ...maker.state() });
        const variants = chosen && { variants: chosen.variants };
        return {
          ...kept,
          ...variants,
          nodes: nodes.map(({ name, address, ward }) => ({ name, address, ward })),
          auditUrl: auditOriginOf(nodes, id),
        };
      },
      async [Symbol.asyncDispose]() {
        await operations.stop();
        await engine[Symbol.asyncDispose]();
        ports[Symbol.dispose]();
        await release();
      },
    };
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    ports[Symbol.dispose]();
    await release();
    throw error;
  }
}

/** One at a time: two would each write down only what they did. */
async function hold(folder: string, id: string): Promise<() => Promise<void>> {
  const path = join(folder, "attachment.lock");
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify({ pid: process.pid, startTicks: startTicksOf(process.pid) }));
  try {
    for (;;) {
      try {
        // Unlike writing to it, this is all or nothing: whoever finds it finds who holds it.
        await link(own, path);
        return () => rm(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = await readFile(path, "utf8").then(identityIn, () => undefined);
      if (holder !== undefined && isAlive(holder)) {
        throw new Failure("environment", `another order to ${id} is under way (pid ${holder.pid})`, {
          hint: "once more when it is done",
        });
      }
      await rm(path, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

const identityIn = (text: string) => JSON.parse(text) as { pid: number; startTicks: number | undefined };
