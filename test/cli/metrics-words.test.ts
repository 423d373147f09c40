import { expect, test } from "vitest";
import { readMetrics } from "../../cli/metrics-words.ts";

test.each([
  { word: "off", value: "off" },
  { word: "9470", value: { host: "127.0.0.1", port: 9470 } },
  { word: "0.0.0.0:9470", value: { host: "0.0.0.0", port: 9470 } },
  { word: "metrics.local:80", value: { host: "metrics.local", port: 80 } },
  { word: "[::1]:9470", value: { host: "::1", port: 9470 } },
  { word: "0", value: { host: "127.0.0.1", port: 0 } },
])("$word", ({ word, value }) => {
  expect(readMetrics(word)).toEqual({ value });
});

test.each(["on", "", "70000", "host:", ":9464", "::1:9464", "1:2:3", "9464/metrics"])(
  '"%s" is no place, and it is said what would be one',
  (word) => {
    expect(readMetrics(word)).toMatchObject({ problem: expect.stringContaining("write a port") });
  },
);
