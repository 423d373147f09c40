/** Every `bench …` command in README.md and docs/ is one that exists, with flags that exist. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { buildProgram } from "../../cli/program.ts";
import { filesBelow, read, root } from "./files.ts";

const pages = filesBelow().filter(
  (path) => path === "README.md" || (path.startsWith("docs/") && path.endsWith(".md")),
);

interface Said {
  readonly page: string;
  readonly words: readonly string[];
}

/**
 * Commands in code: lines of fenced blocks and inline code that begin with `bench` or `npx bench`, also after `&&`.
 * Prose that merely names the program is in no code, so it is not looked at.
 */
function commandsOf(page: string): readonly Said[] {
  const text = read(page);
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
    block.split("\n"),
  );
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, code = ""]) => code,
  );
  return [...blocks, ...inline]
    .flatMap((line) => line.split(/&&|\||;/))
    .map((part) =>
      part
        .trim()
        .replace(/^\$ /, "")
        .replace(/\s#.*$/, ""),
    )
    .filter((part) => /^(npx )?bench( |$)/.test(part))
    .map((part) => ({
      page,
      words: part
        .replace(/^(npx )?bench\s*/, "")
        .split(/\s+/)
        .filter(Boolean),
    }));
}

/** What is wrong with a command, as sentences. */
function problemsOf({ page, words }: Said, program: Command): readonly string[] {
  let command = program;
  let rest = [...words];
  for (let next = child(command, rest[0]); next !== undefined; next = child(command, rest[0])) {
    command = next;
    rest = rest.slice(1);
  }
  const where = `${page}: bench ${words.join(" ")}`;
  const [first] = rest;
  if (command.commands.length > 0 && first !== undefined && /^[a-z]/.test(first)) {
    return [`${where}: there is no command "${first}"`];
  }
  const known = new Set(
    [...command.options, ...program.options]
      .flatMap(({ long, short }) => [long, short])
      .concat("--help", "-h"),
  );
  return rest
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/[=\]].*$/, ""))
    .filter((flag) => !known.has(flag))
    .map((flag) => `${where}: there is no flag ${flag}`);
}

const child = (command: Command, word: string | undefined): Command | undefined =>
  command.commands.find(
    (each) => each.name() === word || (word !== undefined && each.aliases().includes(word)),
  );

test("commands and flags in README.md and docs exist", () => {
  const program = buildProgram();
  const said = pages.flatMap(commandsOf);
  expect(said.length).toBeGreaterThan(0);
  expect(said.flatMap((each) => problemsOf(each, program))).toEqual([]);
});

test("a wrong command and a wrong flag would be found", () => {
  const program = buildProgram();
  const problems = (words: string) => problemsOf({ page: "a page", words: words.split(" ") }, program);
  expect(problems("run flash-sale --target stage-08")).toEqual([]);
  expect(problems("rnu flash-sale")).toEqual(['a page: bench rnu flash-sale: there is no command "rnu"']);
  expect(problems("run flash-sale --tarqet x")).toEqual([
    "a page: bench run flash-sale --tarqet x: there is no flag --tarqet",
  ]);
});

test("links in README.md and docs lead somewhere", () => {
  const dead = pages.flatMap((page) =>
    [
      ...read(page)
        .replace(/^```[\s\S]*?^```/gm, "")
        .matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g),
    ]
      .map(([, to = ""]) => to)
      .filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(root, page, "..", to)))
      .map((to) => `${page} links to ${to}`),
  );
  expect(dead).toEqual([]);
});
