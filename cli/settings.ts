/** `bench.config.{yaml,yml,json,ts,js,mjs}`: the same words as the flags. A flag wins over the file. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Failure, sentenceOf, unknownName } from "../base/failure.ts";
import { importUserFile } from "../scenarios/from-file.ts";

const word = z.union([z.string(), z.number()]).transform(String);
const words = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const settingsShape = {
  target: words,
  strategy: z.string(),
  variant: words,
  launcher: z.string(),
  network: z.string(),
  rate: word,
  duration: word,
  warmup: word,
  exercise: word,
  seed: word,
  agents: word,
  connections: word,
  timeout: word,
  sender: z.string(),
  slo: z.string(),
  recover: z.string(),
  allowHost: words,
  auditUrl: z.string(),
  chaos: words,
  /** Read with the faults, see chaos-words.ts. */
  hooks: z.record(z.string(), z.unknown()),
  allowIrreversible: z.boolean(),
  out: z.string(),
  install: z.boolean(),
  advisory: z.boolean(),
  metrics: word,
} as const;

export type Settings = { -readonly [K in keyof typeof settingsShape]?: z.output<(typeof settingsShape)[K]> };

const fileNames = ["yaml", "yml", "json", "ts", "mts", "js", "mjs"].map((ending) => `bench.config.${ending}`);

/**
 * The settings of `path`, or of the first settings file in `folder`, or none.
 * @throws {Failure} `usage` with every unknown key and wrong value at once
 */
export async function readSettings(path: string | undefined, folder: string): Promise<Settings> {
  const file =
    path === undefined
      ? fileNames.map((name) => resolve(folder, name)).find(existsSync)
      : resolve(folder, path);
  if (file === undefined) return {};
  if (!existsSync(file)) throw new Failure("usage", `there is no settings file ${file}`);
  const raw = await contentOf(file);
  const parsed = z
    .strictObject(settingsShape)
    .partial()
    .safeParse(raw ?? {});
  if (parsed.success) return withoutAbsent(parsed.data);
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownName("setting", key, Object.keys(settingsShape)))
      : [`${issue.path.join(".") || "the file"}: ${issue.message}`],
  );
  throw new Failure("usage", `${file} has ${problems.length} problem${problems.length === 1 ? "" : "s"}`, {
    problems,
  });
}

async function contentOf(file: string): Promise<unknown> {
  try {
    if (/\.(ya?ml|json)$/.test(file)) return parse(readFileSync(file, "utf8"));
    return ((await importUserFile(file)) as { default?: unknown }).default;
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("usage", `${file} cannot be read: ${sentenceOf(cause)}`, { cause });
  }
}

function withoutAbsent(settings: object): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
}
