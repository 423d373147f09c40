/** Somebody's own system as a target: nothing is launched, it only has to be there. */
import { errors, request } from "undici";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { RunningTarget } from "../running-target.ts";
import { httpBooks } from "./http-books.ts";
import type { Launcher } from "./launcher.ts";

export interface ExternalOptions {
  /** Where its books are (docs/audit.md), with or without the final `/audit`. Without it, nothing is said about them. */
  readonly auditUrl?: string;
}

/** How long a system may take for one answer before it counts as not there. */
const ANSWER_LIMIT_MS = 5_000;

/**
 * The launcher of a system that runs already. Its nodes are not known, so there are no budgets, usages or deaths.
 * @throws {Failure} `usage` when an address is none; all of them at once
 */
export function external(urls: readonly string[], { auditUrl }: ExternalOptions = {}): Launcher {
  const problems = [
    ...(urls.length === 0 ? ["a system of your own needs at least one address"] : []),
    ...urls.flatMap((url) => problemOf(url, true)),
    ...(auditUrl === undefined ? [] : problemOf(auditUrl, false)),
  ];
  throwAll("usage", problems, { hint: "for example http://localhost:3000" });
  const origins = urls.map((url) => new URL(url).origin);

  return {
    name: "external",
    async up(spec, options, signal): Promise<RunningTarget> {
      options.say(`asking ${origins.join(", ")} for a sign of life`);
      const startedMs = performance.now();
      const asked = [...origins.map((origin) => silenceOf(origin, signal))];
      if (auditUrl !== undefined) asked.push(bookProblemOf(auditUrl, signal));
      const silences = (await Promise.all(asked)).flat();
      signal.throwIfAborted();
      throwAll("target", silences, { hint: "is it running, and is this its address?" });

      return {
        id: spec.id,
        launcher: "external",
        entryUrls: origins,
        nodes: [],
        standIns: [],
        startUpS: { answering: (performance.now() - startedMs) / 1_000 },
        applyBudgets: async () => ({ mechanism: "none", because: "the target was not launched by this run" }),
        usage: async () => [],
        ...(auditUrl === undefined ? {} : { books: httpBooks(auditUrl) }),
        onDeath() {},
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}

function problemOf(url: string, isOrigin: boolean): readonly string[] {
  if (!URL.canParse(url)) return [`"${url}" is not an address`];
  const { protocol, pathname, search } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return [`"${url}" is not an address of a web server`];
  if (isOrigin && (pathname !== "/" || search !== "")) {
    return [`"${url}" has a path; the paths belong to the operations of the scenario`];
  }
  return [];
}

/** Any answer is a sign of life, even "not found", even in another protocol: a gRPC server answers HTTP/1.1 with frames. */
async function silenceOf(origin: string, signal: AbortSignal): Promise<readonly string[]> {
  const limit = AbortSignal.timeout(ANSWER_LIMIT_MS);
  try {
    const { body } = await request(origin, { signal: AbortSignal.any([signal, limit]) });
    await body.dump();
    return [];
  } catch (error) {
    if (error instanceof errors.HTTPParserError) return [];
    const how = limit.aborted ? `within ${ANSWER_LIMIT_MS / 1_000} s` : `(${sentenceOf(error)})`;
    return [`${origin} did not answer ${how}`];
  }
}

/** Asks once before any load, so that a wrong address of the books does not show only after the run. */
async function bookProblemOf(auditUrl: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    await httpBooks(auditUrl).stocks("bench-sign-of-life", signal);
    return [];
  } catch (error) {
    return [sentenceOf(error)];
  }
}

function throwAll(kind: "usage" | "target", problems: readonly string[], detail: { hint: string }): void {
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw new Failure(kind, first, detail);
  throw new Failure(kind, `${problems.length} problems with the addresses of the target`, {
    ...detail,
    problems,
  });
}
