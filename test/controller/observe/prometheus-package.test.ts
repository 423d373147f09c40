/** What a person is told where there is no Prometheus: words that exist, and what they lead to. */
import { expect, test } from "vitest";
import { prometheusHint } from "../../../controller/observe/prometheus-package.ts";

test("the command has the flag, and apt starts a service on the usual port", () => {
  const hint = prometheusHint("apt");
  expect(hint).toMatch(/^bench observe up --install, or by hand:\n/);
  expect(hint).toContain("apt-get install");
  expect(hint).toMatch(/port 9090: systemctl disable --now prometheus, or bench observe up --port/);
});

test("elsewhere nothing is started by installing", () => {
  expect(prometheusHint("brew")).toBe("bench observe up --install, or by hand:\nbrew install prometheus");
});
