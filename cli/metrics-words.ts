/** `--metrics`: where a run tells its figures while it goes on. Pure. */
import type { MetricsAddress } from "../controller/metrics-door.ts";
import type { Read } from "./arguments.ts";

/** `off`, `9470`, `0.0.0.0:9470`, `[::1]:9470`. */
export function readMetrics(word: string): Read<MetricsAddress | "off"> {
  if (word === "off") return { value: "off" };
  const [, inBrackets, plain, portWord] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(word) ?? [];
  const port = Number(portWord);
  if (portWord === undefined || port > 65_535)
    return {
      problem: `--metrics "${word}" is no place to be asked at; write a port, an address with a port (127.0.0.1:9464), or off`,
    };
  return { value: { host: inBrackets ?? plain ?? "127.0.0.1", port } };
}
