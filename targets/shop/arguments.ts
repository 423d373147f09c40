/** The words on the shop's command line, checked. Pure. */
import { parseArgs } from "node:util";
import { type Business, businesses } from "./seed/business-sql.ts";
import { type PaymentSplit, paymentSplits } from "./seed/payments.ts";
import type { SeedOptions } from "./seed/seed.ts";

export type Command =
  | {
      readonly name: "serve" | "index" | "keep-objects" | "answer-calls" | "carry-calls" | "work-orders";
      readonly configPath: string;
    }
  | ({ readonly name: "seed" } & SeedOptions)
  | { readonly name: "seed-digest" };

export const usage = `usage:
  main serve --config <file.json>
  main index --config <file.json>
  main keep-objects --config <file.json>
  main answer-calls --config <file.json>
  main carry-calls --config <file.json>
  main work-orders --config <file.json>
  main seed --url <postgres url> --holds catalog,user,trade --items N --categories N --users N [--shard i/n]
            [--payments whole|by-month|by-month-and-user]
  main seed-digest`;

/** Words that make no sense; its message lists all problems, one per line. */
export class UsageError extends Error {
  constructor(problems: readonly string[]) {
    super([...problems, usage].join("\n"));
    this.name = "UsageError";
  }
}

/** @throws {UsageError} */
export function parseCommand(words: readonly string[]): Command {
  const [name, ...rest] = words;
  switch (name) {
    case "serve":
    case "index":
    case "keep-objects":
    case "answer-calls":
    case "carry-calls":
    case "work-orders":
      return { name, configPath: required(optionsOf(rest, ["config"]), ["config"]).config! };
    case "seed":
      return {
        name,
        ...seedOptions(
          optionsOf(rest, ["url", "holds", "items", "categories", "users", "shard", "payments"]),
        ),
      };
    case "seed-digest":
      optionsOf(rest, []);
      return { name };
    default:
      throw new UsageError([name === undefined ? "a command is missing" : `unknown command "${name}"`]);
  }
}

type Options = Readonly<Record<string, string | undefined>>;

function optionsOf(words: readonly string[], known: readonly string[]): Options {
  const options = Object.fromEntries(known.map((name) => [name, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...words], options }).values as Options;
  } catch (error) {
    throw new UsageError([(error as Error).message]);
  }
}

function required(options: Options, names: readonly string[]): Options {
  const missing = names.filter((name) => options[name] === undefined);
  if (missing.length > 0) throw new UsageError(missing.map((name) => `--${name} is missing`));
  return options;
}

function seedOptions(options: Options): SeedOptions {
  const needed = ["url", "holds", "items", "categories", "users"];
  const { url, holds, shard = "0/1", payments = "whole" } = required(options, needed);
  const problems: string[] = [];
  const size = (name: string) => {
    const text = options[name]!;
    if (!/^[1-9]\d{0,8}$/.test(text)) problems.push(`--${name} must be a whole number from 1, not "${text}"`);
    return Number(text);
  };
  const names = holds!.split(",");
  for (const name of names) {
    if (!businesses.includes(name as Business)) problems.push(`--holds: unknown business "${name}"`);
  }
  const [, index, count] = /^(\d{1,2})\/(\d{1,2})$/.exec(shard) ?? [];
  if (index === undefined || Number(index) >= Number(count) || Number(count) > 64) {
    problems.push(`--shard must be i/n with 0 <= i < n <= 64, not "${shard}"`);
  }
  if (!paymentSplits.includes(payments as PaymentSplit)) {
    problems.push(`--payments must be one of ${paymentSplits.join(", ")}, not "${payments}"`);
  }
  const seed = {
    url: url!,
    holds: names as Business[],
    items: size("items"),
    categories: size("categories"),
    users: size("users"),
    shard: Number(index),
    shards: Number(count),
    payments: payments as PaymentSplit,
  };
  if (problems.length > 0) throw new UsageError(problems);
  return seed;
}
