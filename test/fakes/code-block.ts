/** An example out of the documentation, so that what it says can be tried. */
import { readFileSync } from "node:fs";

/** The block of `page` whose first line is the comment `// <title>`. */
export function codeBlock(page: string, title: string): string {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
  for (const [, block = ""] of text.matchAll(/```ts\n([\s\S]*?)```/g)) {
    if (block.startsWith(`// ${title}\n`)) return block;
  }
  throw new Error(`${page} has no block that starts with // ${title}`);
}
