/** In which order test files begin: the longest first, so that none of them is alone at the end. */
import { BaseSequencer, type TestSequencer, type TestSpecification, type Vitest } from "vitest/node";

/** Those that take more than a minute, the longest first. */
export const longest = [
  "contracts/target-compose-large",
  "contracts/target-processes-large",
  "contracts/target-processes",
  "contracts/target-compose",
  "contracts/controller/observe",
  "contracts/strategies",
  "contracts/launcher",
  "e2e/chaos-endings",
  "e2e/endings",
  "e2e/stage-run",
];

/** Within a project, that is; projects follow each other as vitest.config.ts says. */
export default class FileOrder implements TestSequencer {
  readonly #usual: BaseSequencer;

  constructor(vitest: Vitest) {
    this.#usual = new BaseSequencer(vitest);
  }

  shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    return this.#usual.shard(files);
  }

  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await this.#usual.sort(files);
    const projects = [...new Set(usual.map(({ project }) => project))];
    return projects.flatMap((project) =>
      usual
        .filter((file) => file.project === project)
        .toSorted((one, other) => placeOf(one) - placeOf(other)),
    );
  }
}

/** Below nought for the first ones; equal places keep their order. */
function placeOf({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return at < 0 ? 0 : at - longest.length;
}
