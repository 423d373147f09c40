import { defineConfig } from "vitest/config";
import { triesAll } from "./test/contracts/stages-to-try.ts";
import FileOrder from "./test/file-order.ts";
import { quietContracts, unhurriedRuns } from "./test/quiet.ts";

/** `npm run test:all` brings up the largest stages one after the other, and is not in a hurry. */
const besideEachOther = triesAll() ? 1 : 2;

/**
 * One after the other: unit (no sleeping, no processes, simulated time) and house; then contracts, and contracts that
 * need quiet; then whole runs, and whole runs that measure. Those that need quiet have the machine for themselves, one
 * file at a time, so that they do not measure each other.
 */
export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    sequence: { sequencer: FileOrder },
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/contracts/**", "test/house/**", "test/e2e/**"],
          testTimeout: 10_000,
          // Unit tests share no state through modules (importing a file does nothing), so one thread may run many files.
          pool: "threads",
          setupFiles: ["./test/nothing-outside.ts"],
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "house",
          include: ["test/house/**/*.test.ts"],
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contracts/**/*.test.ts"],
          exclude: quietContracts,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: besideEachOther,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "contract-quiet",
          include: quietContracts,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "e2e",
          include: unhurriedRuns,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: besideEachOther,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "e2e-quiet",
          include: ["test/e2e/**/*.test.ts"],
          exclude: unhurriedRuns,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
