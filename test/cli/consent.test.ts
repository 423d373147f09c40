import { expect, test } from "vitest";
import { ensureComponents } from "../../cli/consent.ts";
import { findTarget } from "../../targets/catalog.ts";
import type { ComponentProbes } from "../../targets/launch/components.ts";

const options = { isAgreed: false, say: () => {}, signal: new AbortController().signal };
const bare: ComponentProbes = { programPath: () => undefined, postgresFolder: () => "/somewhere" };
const full: ComponentProbes = {
  programPath: (program) => `/bin/${program}`,
  postgresFolder: () => "/somewhere",
};

test("without consent and without a terminal, the exact packages and the command are named", async () => {
  await expect(ensureComponents(findTarget("stage-08"), options, bare)).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringMatching(/haproxy, nginx, redis-server/),
    hint: expect.stringMatching(/--install[\s\S]*haproxy nginx redis-server/),
  });
});

test.runIf(process.platform === "linux")(
  "with networks of their own the programs of these are asked for too, each package once",
  async () => {
    const asked = ensureComponents(findTarget("stage-08"), { ...options, network: "namespaces" }, bare);
    await expect(asked).rejects.toMatchObject({
      message: expect.stringMatching(/keepalived, nginx, redis-server, iproute2, util-linux, nftables,/),
      hint: expect.stringMatching(
        /--install[\s\S]*keepalived nginx redis-server iproute2 util-linux nftables$/,
      ),
    });
  },
);

test("nothing is asked and nothing installed when everything is here", async () => {
  await expect(ensureComponents(findTarget("stage-08"), options, full)).resolves.toBeUndefined();
});

test("a stage that needs only what npm brings needs no consent", async () => {
  await expect(ensureComponents(findTarget("stage-01"), options, bare)).resolves.toBeUndefined();
});
