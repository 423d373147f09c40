import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, NotTheMessage, textOf } from "../../../../targets/shop/bus/conversion.ts";
import { routesOf, shortName } from "../../../../targets/shop/bus/routes.ts";
import { descriptors } from "../../../../targets/shop/services/contract/generated/descriptors.ts";
import * as contract from "../../../../targets/shop/services/contract/generated/services.ts";
import type { MessageType } from "../../../../targets/shop/services/service-member.ts";
import { anyMessage } from "./any-message.ts";

const seed = 20_261_121;
const { byPath, registry } = routesOf(descriptors);
const definitions = Object.entries(contract).flatMap(([name, value]) =>
  name.endsWith("Definition") ? [value as unknown as Definition] : [],
);

interface Definition {
  readonly fullName: string;
  readonly methods: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly requestType: MessageType<unknown>;
        readonly responseType: MessageType<unknown>;
      }
    >
  >;
}

const methods = definitions.flatMap(({ fullName, methods: declared }) =>
  Object.values(declared).map((method) => ({ path: `/${fullName}/${method.name}`, method })),
);

test("the bus knows exactly the methods that the applications' code has", () => {
  expect([...byPath.keys()].toSorted()).toEqual(methods.map(({ path }) => path).toSorted());
});

describe.each(methods)("$path", ({ path, method }) => {
  const { input, output } = byPath.get(path)!.method;

  test("what a request says as JSON the service reads in its bytes", () => {
    const cases = fc.property(anyMessage(input), (json) => {
      const read = method.requestType.decode(bytesOf(input, JSON.stringify(json), registry));
      expect(numbersAsText(method.requestType.toJSON(read))).toEqual(numbersAsText(json));
    });
    fc.assert(cases, { seed, numRuns: 25 });
  });

  test("what a service says in bytes the application reads as JSON", () => {
    const cases = fc.property(anyMessage(output), (json) => {
      const said = method.responseType.fromJSON(json);
      const text = textOf(output, method.responseType.encode(said).finish(), registry);
      expect(JSON.parse(text)).toEqual(json);
      expect(method.responseType.fromJSON(JSON.parse(text))).toEqual(said);
    });
    fc.assert(cases, { seed, numRuns: 25 });
  });
});

/** Numbers of 64 bits are text in canonical JSON, and numbers in what the generated code writes; both are read. */
const numbersAsText = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) => (typeof each === "number" ? String(each) : each));

const order = byPath.get("/shop.v1.OrderService/PlaceOrder")!.method;

test.each([
  { why: "a field it does not have", text: '{"itemID":5}', says: /itemID/ },
  { why: "text for a number", text: '{"itemId":"five"}', says: /item_id/ },
  { why: "a number that is too large", text: '{"itemId":4294967296}', says: /item_id/ },
  { why: "a number for text", text: '{"key":5}', says: /key/ },
  { why: "half of a JSON", text: '{"key":', says: /JSON/ },
  { why: "another thing than an object", text: "[]", says: /PlaceOrderRequest/ },
])("$why is not the message, and nothing of it is lost in silence", ({ text, says }) => {
  expect(() => bytesOf(order.input, text, registry)).toThrow(NotTheMessage);
  expect(() => bytesOf(order.input, text, registry)).toThrow(says);
});

test("no text at all is the message with nothing in it", () => {
  expect(bytesOf(order.input, "", registry)).toEqual(new Uint8Array());
});

test("bytes that are not the answer are told as that", () => {
  expect(() => textOf(order.output, Buffer.from([0x0a, 0xff]), registry)).toThrow(NotTheMessage);
});

test.each([
  { service: "shop.v1.OrderService", name: "order" },
  { service: "shop.v2.GiftCardService", name: "gift-card" },
  { service: "Health", name: "health" },
])("people call $service $name", ({ service, name }) => expect(shortName(service)).toBe(name));

test("routes know version and kind by the descriptor", () => {
  expect(byPath.get("/shop.v1.OrderService/ReadOrderBook")).toMatchObject({
    service: "shop.v1.OrderService",
    version: "v1",
    isStream: true,
  });
  expect(byPath.get("/shop.v1.OrderService/PlaceOrder")).toMatchObject({ isStream: false });
});
