/** `"GET /item/{item}"`: an operation written as one line, for scenario files of ten lines. */
import { nearest } from "../base/failure.ts";
import type { Operation, Shopper, ShopRequest } from "./scenario.ts";

/** What may stand in braces, each a number that belongs to the arrival. */
const blanks = {
  item: (shopper: Shopper) => shopper.drawItem(),
  category: (shopper: Shopper) => 1 + shopper.chance.below(shopper.world.categories),
  user: (shopper: Shopper) => shopper.userId,
  arrival: (shopper: Shopper) => shopper.arrival,
} as const;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const line = /^(\S+)\s+(\/\S*)$/;

/** What keeps `text` from being a request line, as sentences; none when it is one. */
export function requestLineProblems(text: string): string[] {
  const [, method, path] = line.exec(text.trim()) ?? [];
  if (method === undefined || path === undefined) {
    return [`"${text}" is not a request; write a method and a path, for example "GET /"`];
  }
  const problems: string[] = [];
  if (!isMethod(method)) problems.push(`"${text}": unknown method "${method}"; known: ${methods.join(", ")}`);
  for (const [, blank = ""] of path.matchAll(/\{([^}]*)\}/g)) {
    if (Object.hasOwn(blanks, blank)) continue;
    const guess = nearest(blank, Object.keys(blanks)) ?? Object.keys(blanks).join("}, {");
    problems.push(`"${text}": nothing is called {${blank}}; there is {${guess}}`);
  }
  return problems;
}

/** The operation a request line stands for; the line has no problems. */
export function operationOf(text: string): Operation {
  const [, method, path] = line.exec(text.trim()) ?? [];
  if (method === undefined || path === undefined || !isMethod(method))
    throw new Error(`not a request line: ${text}`);
  // Cut once: literal, blank, literal, blank, ..., literal.
  const pieces = path.split(/\{([^}]*)\}/);
  return {
    request(shopper) {
      let filled = pieces[0]!;
      for (let piece = 1; piece < pieces.length; piece += 2) {
        filled += String(blanks[pieces[piece] as keyof typeof blanks](shopper)) + pieces[piece + 1]!;
      }
      return { method, path: filled };
    },
  };
}

function isMethod(word: string): word is ShopRequest["method"] {
  return (methods as readonly string[]).includes(word);
}
