/** What a caller may do a second, over both ways to a real service: the others are not held back by one that does more. */
import { describe, expect, onTestFinished, test } from "vitest";
import { BusMember } from "../../targets/shop/bus/bus-member.ts";
import { AuthServiceDefinition } from "../../targets/shop/services/contract/generated/services.ts";
import { GrpcMember } from "../../targets/shop/services/grpc-member.ts";
import { openServices } from "../../targets/shop/services/open-services.ts";
import { parseServiceConfig } from "../../targets/shop/services/service-config.ts";
import { methodAt, type ServiceMember } from "../../targets/shop/services/service-member.ts";
import { busTo, failureOf, PATIENT_MS } from "./bus-to.ts";

const findSession = methodAt(AuthServiceDefinition, AuthServiceDefinition.methods.findSession);

/** One call, and the next one after more than a quarter of an hour: no test is slow enough to see a second. */
const ONE_CALL = 0.001;

async function authService(limits: object): Promise<string> {
  const config = parseServiceConfig(
    JSON.stringify({
      ...{ name: "auth-service", host: "127.0.0.1", port: 0, serves: ["auth"], databases: {} },
      ...{ pools: { max: 1, connectTimeoutMs: 1_000, statementTimeoutMs: 1_000 }, inFlightLimit: 64 },
      ...limits,
    }),
  );
  const service = await openServices(config, {
    ...{ log: { info: () => {}, error: () => {} }, random: Math.random },
    ...{ nowMs: () => performance.now(), epochMs: Date.now },
  });
  onTestFinished(() => service.close(0));
  return `127.0.0.1:${service.port}`;
}

const ways = [
  { way: "by gRPC", reached: async (address: string) => address, Member: GrpcMember },
  { way: "over the bus", reached: (address: string) => busTo({ auth: [address] }), Member: BusMember },
] as const;

describe.each(ways)("a service called $way", ({ reached, Member }) => {
  const ask = (member: ServiceMember) => member.unary(findSession, { word: "none" }, PATIENT_MS);

  async function callers(limits: object, ...names: readonly (string | undefined)[]) {
    const service = await authService(limits);
    const address = await reached(service);
    const members = names.map((name) => new Member(address, name));
    onTestFinished(() => {
      for (const member of members) member.close();
    });
    return { members, metrics: async () => (await fetch(`http://${service}/metrics`)).text() };
  }

  test("refuses what one caller asks too often, with nothing done, and answers the others", async () => {
    const limits = { isGoverned: true, callsPerS: ONE_CALL };
    const { members, metrics } = await callers(limits, "home-app", "cart-app");
    const [home, cart] = [members[0]!, members[1]!];
    expect(await ask(home)).toEqual({ session: undefined });
    for (const again of [1, 2]) {
      const refused = await failureOf(ask(home));
      expect(refused, `time ${again}`).toMatchObject({ name: "NotDone", reason: "full" });
    }
    expect(await ask(cart)).toEqual({ session: undefined });
    const counted = /shop_service_answers_total\{method="FindSession",outcome="over-rate".*\} (\d+)/;
    expect(counted.exec(await metrics())?.[1]).toBe("2");
  });

  test("knows a caller without a name by where it calls from, whatever connection it uses", async () => {
    const { members } = await callers({ isGoverned: true, callsPerS: ONE_CALL }, undefined, undefined);
    const [one, other] = [members[0]!, members[1]!];
    await ask(one);
    expect(await failureOf(ask(other))).toMatchObject({ name: "NotDone", reason: "full" });
  });

  test.each([
    { why: "no rate is set", limits: { isGoverned: true } },
    { why: "governance is off", limits: { isGoverned: false, callsPerS: ONE_CALL } },
  ])("answers as often as it is asked when $why", async ({ limits }) => {
    const { members } = await callers(limits, "home-app");
    for (let time = 0; time < 20; time++) await ask(members[0]!);
  });
});
