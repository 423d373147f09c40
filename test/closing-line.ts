/** A vitest reporter whose last line people and machines can read: `N passed, N failed, N skipped`. */
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    const skips: string[] = [];
    for (const module of modules) {
      // A file that could not even be loaded has no tests to count, and must not look like a pass.
      if (module.state() === "failed" && module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed" || state === "failed") counts[state]++;
        else {
          counts.skipped++;
          skips.push(`  skipped: ${test.fullName}${reasonOf(test)}`);
        }
      }
    }
    // After the default reporter's own summary.
    process.once("exit", () => {
      if (skips.length > 0) process.stdout.write(`${skips.join("\n")}\n`);
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    });
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return "note" in result && result.note !== undefined ? `: ${result.note}` : "";
}
