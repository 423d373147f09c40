import { describe, expect, test } from "vitest";
import { Frames, JuteReader, JuteWriter } from "../../../../targets/shop/config-centre/jute.ts";
import {
  connectRequest,
  createRequest,
  getRequest,
  readConnected,
  readEvent,
  readHeader,
  readZnode,
} from "../../../../targets/shop/config-centre/zookeeper-messages.ts";

const bodyOf = (frame: Buffer) => new JuteReader(frame.subarray(4));

test("what was written is read back in the same order", () => {
  const frame = new JuteWriter()
    .int(-7)
    .long(-8n)
    .bool(true)
    .text("蓝")
    .bytes(Buffer.from([1, 2]))
    .frame();
  expect(frame.readInt32BE(0)).toBe(frame.byteLength - 4);
  const reader = bodyOf(frame);
  expect([reader.int(), reader.long(), reader.bool(), reader.text(), [...reader.bytes()]]).toEqual([
    -7,
    -8n,
    true,
    "蓝",
    [1, 2],
  ]);
  expect(reader.isAtEnd).toBe(true);
});

test("a length of -1 stands for nothing", () => {
  expect(bodyOf(new JuteWriter().int(-1).frame()).bytes().byteLength).toBe(0);
});

describe("frames", () => {
  const frames = [new JuteWriter().text("one").frame(), new JuteWriter().text("two").frame()];
  const wire = Buffer.concat(frames);

  test.each(Array.from({ length: wire.byteLength - 1 }, (_, cut) => cut + 1))(
    "cut after %i bytes are put together again",
    (cut) => {
      const parts = new Frames();
      const whole = [...parts.push(wire.subarray(0, cut)), ...parts.push(wire.subarray(cut))];
      expect(whole.map((frame) => new JuteReader(frame).text())).toEqual(["one", "two"]);
    },
  );

  test("longer than anything ZooKeeper sends are refused, instead of being waited for", () => {
    expect(() => new Frames().push(Buffer.from([0x7f, 0xff, 0xff, 0xff]))).toThrow(RangeError);
  });

  test("that announce more bytes than they have are refused", () => {
    expect(() => bodyOf(new JuteWriter().int(10).frame()).text()).toThrow("10 bytes were announced");
  });
});

test("requests are laid out as the protocol has them", () => {
  expect(getRequest(3, "/a", true).toString("hex")).toBe(
    "0000000f" + "00000003" + "00000004" + "000000022f61" + "01",
  );
  expect(createRequest(4, "/a", Buffer.from("x")).toString("hex")).toBe(
    // length, number, kind, path, data, one entry: all permissions for world:anyone, no flags
    "00000032" +
      "00000004" +
      "00000001" +
      "000000022f61" +
      "0000000178" +
      "00000001" +
      "0000001f" +
      "00000005776f726c64" +
      "00000006616e796f6e65" +
      "00000000",
  );
  expect(connectRequest(3_000).byteLength).toBe(4 + 45);
});

test("answers are read past what does not matter here", () => {
  const connected = new JuteWriter().int(0).int(4_000).long(9n).bytes(Buffer.alloc(16)).bool(false).frame();
  expect(readConnected(bodyOf(connected))).toBe(4_000);
  const stat = (writer: JuteWriter) => writer.long(1n).long(2n).long(3n).long(4n).int(17);
  expect(readZnode(bodyOf(stat(new JuteWriter().text("{}")).frame()))).toEqual({
    data: Buffer.from("{}"),
    version: 17,
  });
  expect(readHeader(bodyOf(new JuteWriter().int(5).long(6n).int(-101).frame()))).toEqual({
    xid: 5,
    code: -101,
  });
  expect(readEvent(bodyOf(new JuteWriter().int(3).int(3).text("/a").frame()))).toBe("/a");
});
