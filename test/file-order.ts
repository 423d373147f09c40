/** In which order test files begin: long ones first, and never two large stages beside each other. */
import { BaseSequencer, type TestSequencer, type TestSpecification, type Vitest } from "vitest/node";

/** It brings up the largest stages; what is short comes beside it. */
export const first = ["contracts/target-compose-large"];
/** When all that is short is over: large stages, and the small ones that come beside them. */
export const last = [
  "contracts/target-processes-large",
  "contracts/target-compose",
  "contracts/target-processes",
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

/** Below nought for the first ones, above for the last; equal places keep their order. */
function placeOf({ moduleId }: TestSpecification): number {
  const at = (names: readonly string[]) => names.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  if (at(first) >= 0) return at(first) - first.length;
  return at(last) + 1;
}
