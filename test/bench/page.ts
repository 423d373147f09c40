/** The part of a page that a benchmark writes. */
import { readFileSync, writeFileSync } from "node:fs";

/**
 * Puts `text` between `<!-- name:begin -->` and `<!-- name:end -->` of the page at `path`; the rest stays as it is.
 * @throws when the page has no such place, because then nobody knows what would be overwritten
 */
export function writeBetween(path: string, name: string, text: string): void {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const page = readFileSync(path, "utf8");
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place between ${begin} and ${end}`);
  writeFileSync(path, `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`);
}
