/** A vitest reporter that writes down the files of which every test and hook passed: `npm run check` need not run them again. */
import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Environment variable: the file to write, a JSON list of paths relative to the checkout. */
export const passedFile = "BENCH_TEST_PASSED_FILE";

export default class PassedFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const path = process.env[passedFile];
    if (path === undefined) return;
    const passed = modules.filter(isAllPassed).map(({ relativeModuleId }) => relativeModuleId);
    writeFileSync(path, JSON.stringify(passed));
  }
}

/** What was skipped has to be told of the next time as well. */
const isAllPassed = (module: TestModule): boolean =>
  module.ok() && [...module.children.allTests()].every((test) => test.result().state === "passed");
