/** The images that the nodes of a target need: found, or built once and kept by the engine. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../../../base/failure.ts";
import type { Component } from "../../target.ts";
import { type BuiltIn, packageOf } from "../components.ts";
import type { Wards } from "../launcher.ts";
import type { PostgresBinaries } from "../postgres-binaries.ts";
import { type Command, runErrand } from "./compose-command.ts";
import type { Engine } from "./engine.ts";
import {
  debianBase,
  debianDockerfile,
  nodeBase,
  postgresDockerfile,
  shopDockerfile,
} from "./render-images.ts";
import type { ShopFiles } from "./shop-files.ts";

/** How to make one image. */
export interface ImagePlan {
  /** Its name says what is in it: the same name, the same image. */
  readonly name: string;
  readonly base: string;
  readonly dockerfile: string;
  /** Fills the folder that the Dockerfile copies from, and gives its path; nothing is copied when absent. */
  readonly context?: (folder: string) => Promise<string>;
}

export function shopImage(files: ShopFiles): ImagePlan {
  const dockerfile = shopDockerfile();
  return {
    name: `stagebench/shop:${hashOf(dockerfile, files.digest)}`,
    base: nodeBase,
    dockerfile,
    context: async (folder) => {
      await files.stage(folder);
      return folder;
    },
  };
}

/** @throws {Failure} `environment` when the binaries are the system's: they lean on libraries that no image has */
export function postgresImage({ version, origin, folder }: PostgresBinaries): ImagePlan {
  if (origin !== "npm") {
    throw new Failure("environment", `PostgreSQL ${version} of ${folder} cannot be put into an image`, {
      hint: "`npm ci` without --omit=optional brings binaries that can, where npm has them for this platform",
    });
  }
  const dockerfile = postgresDockerfile();
  return {
    name: `stagebench/postgres:${version}-${hashOf(dockerfile)}`,
    base: debianBase,
    dockerfile,
    // The programs are in its bin, their libraries beside that.
    context: async () => dirname(folder),
  };
}

export function debianImage(component: Exclude<Component, BuiltIn>): ImagePlan {
  const { program, debianPackage } = packageOf(component);
  const dockerfile = debianDockerfile(program, debianPackage);
  return { name: `stagebench/${component}:${hashOf(dockerfile)}`, base: debianBase, dockerfile };
}

export interface ImageTools {
  readonly engine: Engine;
  readonly docker: Command;
  readonly wards: Wards;
  /** For build contexts; gone after the run. */
  readonly temporary: string;
  /** Kept: the builder's output. */
  readonly folder: string;
  say(line: string): void;
}

const BUILD_LIMIT_MS = 300_000;

/**
 * Builds it unless the engine has it.
 * @throws {Failure} `environment` when a base image is not there and cannot be had, or building fails
 */
export async function ensureImage(plan: ImagePlan, tools: ImageTools, signal: AbortSignal): Promise<void> {
  const { engine, docker, folder, temporary, wards, say } = tools;
  if (await engine.hasImage(plan.name)) return;
  if (!(await engine.hasImage(plan.base))) await pull(plan.base, tools, signal);
  say(`building ${plan.name} (once; kept by the engine)`);
  const work = join(temporary, `image-${plan.name.replace(/[^\w.-]/g, "-")}`);
  const empty = join(work, "context");
  await mkdir(empty, { recursive: true });
  const dockerfile = join(work, "Dockerfile");
  await writeFile(dockerfile, plan.dockerfile);
  const context = (await plan.context?.(empty)) ?? empty;
  const words = ["build", "--network", "host", "-t", plan.name, "-f", dockerfile, context];
  await runErrand(
    {
      name: `building ${plan.name}`,
      command: docker.command,
      args: [...docker.args, ...words],
      folder,
      limitMs: BUILD_LIMIT_MS,
    },
    wards,
    signal,
  );
}

async function pull(base: string, tools: ImageTools, signal: AbortSignal): Promise<void> {
  const { docker, folder, wards, say } = tools;
  say(`pulling ${base}`);
  try {
    await runErrand(
      {
        name: `pulling ${base}`,
        command: docker.command,
        args: [...docker.args, "pull", base],
        folder,
        limitMs: BUILD_LIMIT_MS,
      },
      wards,
      signal,
    );
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new Failure("environment", `the base image ${base} is not here and could not be pulled`, {
      hint: `where no registry can be reached, deploy/base-images.sh of the source makes it; ${cause.hint ?? ""}`,
      cause,
    });
  }
}

const hashOf = (...texts: readonly string[]) =>
  createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 12);
