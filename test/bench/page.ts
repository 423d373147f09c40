/** The part of a page that a benchmark writes. */
import { readFileSync, writeFileSync } from "node:fs";

/**
 * What stands between `<!-- name:begin -->` and `<!-- name:end -->` of the page at `path`.
 * @throws when the page has no such place, because then nobody knows what would be overwritten
 */
export function readBetween(path: string, name: string): string {
  return partsOf(path, name).between;
}

/**
 * Puts `text` between `<!-- name:begin -->` and `<!-- name:end -->` of the page at `path`; the rest stays as it is.
 * @throws when the page has no such place, because then nobody knows what would be overwritten
 */
export function writeBetween(path: string, name: string, text: string): void {
  const { before, after } = partsOf(path, name);
  writeFileSync(path, `${before}\n${text}\n${after}`);
}

function partsOf(path: string, name: string) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const page = readFileSync(path, "utf8");
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place between ${begin} and ${end}`);
  const inside = from + begin.length;
  return { before: page.slice(0, inside), between: page.slice(inside, to), after: page.slice(to) };
}
