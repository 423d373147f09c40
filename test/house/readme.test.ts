/** README.md and docs/: every `bench …` command exists, every link leads somewhere, every page is found. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../cli/program.ts";
import { filesBelow, read, root, sources } from "./files.ts";

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

/** Where the links of a page lead, relative to the root; links to the web are left out. */
function linksOf(page: string): readonly string[] {
  const text = read(page).replace(/^```[\s\S]*?^```/gm, "");
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, to = ""]) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => join(dirname(page), to));
}

test("links in README.md and docs lead somewhere", () => {
  const dead = pages.flatMap((page) =>
    linksOf(page)
      .filter((to) => !existsSync(join(root, to)))
      .map((to) => `${page} links to ${to}`),
  );
  expect(dead).toEqual([]);
});

test("every file in docs is found from docs/whats-here.md or README.md by links", () => {
  const found = new Set(["docs/whats-here.md", "README.md"]);
  // A set gives what is added to it while it is walked.
  for (const page of found) {
    if (!page.endsWith(".md") || !existsSync(join(root, page))) continue;
    for (const to of linksOf(page)) found.add(to);
  }
  expect(filesBelow("docs").filter((path) => !found.has(path))).toEqual([]);
});

describe("decisions", () => {
  const decisions = filesBelow("docs/decisions");

  test("are numbered from 0001 without a gap, as their titles say", () => {
    decisions.forEach((path, at) => {
      const number = String(at + 1).padStart(4, "0");
      expect(path).toMatch(new RegExp(`/${number}-[a-z0-9]+(-[a-z0-9]+)*\\.md$`));
      expect(read(path).split("\n")[0]).toMatch(new RegExp(`^# ${number} \\S`));
    });
    expect(decisions.length).toBeGreaterThan(0);
  });

  test.each(decisions)(
    "%s says what we saw and chose, what it costs, and what would change our mind",
    (path) => {
      const parts = [...read(path).matchAll(/^\*\*(What [^*]+)\.\*\*/gm)].map(([, part]) => part);
      expect(parts).toEqual(["What we saw", "What we chose", "What it costs", "What would change our mind"]);
    },
  );

  test("that sources point at exist", () => {
    const named = sources
      .filter((path) => !path.startsWith("test/house/"))
      .flatMap((path) =>
        [...read(path).matchAll(/docs\/decisions\/(\d{4})/g)].map(([, number = ""]) => ({ path, number })),
      );
    expect(named.length).toBeGreaterThan(0);
    const known = new Set(decisions.map((path) => basename(path).slice(0, 4)));
    expect(named.filter(({ number }) => !known.has(number))).toEqual([]);
  });
});
