/**
 * A vitest reporter for whoever sees the end of the output only: what was skipped and why, what failed and with which
 * words, and a last line people and machines can read: `N passed, N failed, N skipped`.
 */
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";

/** Of a failure's message: enough to know it again. */
const MOST_CHARACTERS = 300;

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const lines = closingOf(modules, errors);
    // After the default reporter's own summary.
    process.once("exit", () => process.stdout.write(`${lines.join("\n")}\n`));
  }
}

/** Its lines; what cannot be counted as a test (a file that cannot be loaded, a hook, a stray error) counts as a failure. */
function closingOf(modules: readonly TestModule[], errors: readonly SerializedError[]): readonly string[] {
  const failed = errors.map((error) => failure("outside of any test", [error]));
  const skipped = new Map<string, string[]>();
  let passed = 0;
  for (const module of modules) {
    const where = module.relativeModuleId;
    // Tests of a suite whose hook failed are only skipped: a suite's own errors must not look like a pass.
    for (const suite of [module, ...module.children.allSuites()]) {
      if (suite.errors().length > 0) failed.push(failure(nameOf(suite, where), suite.errors()));
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") passed++;
      else if (result.state === "failed")
        failed.push(failure(`${where} > ${test.fullName}`, result.errors ?? []));
      else {
        const suite = `${nameOf(test.parent, where)}${reasonOf(test)}`;
        skipped.set(suite, [...(skipped.get(suite) ?? []), test.name]);
      }
    }
  }
  // One line for all that a suite skips for one reason: they are many, and the end of an output is short.
  const skips = [...skipped].map(
    ([suite, names]) => `  skipped: ${names.length} in ${suite}, as ${names[0]}`,
  );
  const many = [...skipped.values()].reduce((sum, { length }) => sum + length, 0);
  return [...skips, ...failed, `${passed} passed, ${failed.length} failed, ${many} skipped`];
}

const nameOf = (suite: TestSuite | TestModule, where: string) =>
  suite.type === "module" ? where : `${where} > ${suite.fullName}`;

function reasonOf(test: TestCase): string {
  const result = test.result();
  return "note" in result && result.note !== undefined ? `: ${result.note}` : "";
}

function failure(what: string, errors: readonly SerializedError[]): string {
  const said = errors.map(({ message }) => message.replaceAll(/\s+/g, " ").slice(0, MOST_CHARACTERS));
  return `  failed: ${what}: ${said.join("; ")}`;
}
