/** The container engine of a target, asked directly. */
import type { Engine } from "../../targets/launch/compose/engine.ts";

/** A connection for as long as `work` takes; its code is loaded only where there are containers. */
export async function withEngine<T>(socket: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const { Engine } = await import("../../targets/launch/compose/engine.ts");
  await using engine = new Engine(socket);
  return await work(engine);
}
