import { defineConfig } from "vitest/config";

/** Four projects: unit (no sleeping, simulated time), contract, house, e2e (real processes, one file at a time). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/contracts/**", "test/house/**", "test/e2e/**"],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: "contract",
          include: ["test/contracts/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: "house", include: ["test/house/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
