/** ZooKeeper as the configuration centre. */
import { dirname, join } from "node:path";
import { answersRuok } from "../probes.ts";
import { renderZookeeper } from "../render-zookeeper.ts";
import { commandOf, ownFolder, type ProgramKind, writeReadable } from "./program-kind.ts";

/**
 * Small, and without what a long-lived server wants: the collector and the compiler that need the fewest threads, and
 * no file of counters in /tmp. Its own start script is passed by: Debian's would write its log below /var.
 */
const JVM_FLAGS = [
  ...["-Xms32m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"],
  ...["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dzookeeper.jmx.log4j.disable=true"],
  // Many threads for one server that is asked a few things a second.
  ...["-Dzookeeper.nio.numSelectorThreads=1", "-Dzookeeper.nio.numWorkerThreads=2"],
] as const;
const MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

export const zookeeper: ProgramKind = {
  settings: [],
  problems: (_spec, _name, { count = 1 }) =>
    count > 1 ? ["is one ZooKeeper; an ensemble of several is not known here"] : [],
  async recipe(order) {
    const { port, host, kitchen, base } = order;
    const folder = await ownFolder(order);
    const config = await writeReadable(order, "zoo.cfg", renderZookeeper({ port, host, folder }));
    const classPath = classPathOf(commandOf("zookeeper", kitchen));
    return {
      program: {
        ...base,
        command: "/usr/bin/java",
        args: [...JVM_FLAGS, "-cp", classPath, MAIN, config],
        user: kitchen.user,
      },
      readiness: {
        does: "answer ruok with imok",
        // Started again it has no more than its budget: with a fortieth of a core a second of CPU is 40 s.
        limitMs: 60_000,
        probe: answersRuok(port, order.reachedAt),
      },
    };
  },
};

/** Debian keeps all Java together, and its jar names what it needs; Apache's own archive has `lib` beside `bin`. */
export function classPathOf(startScript: string): string {
  if (startScript.startsWith("/usr/share/zookeeper/"))
    return "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar";
  return join(dirname(startScript), "..", "lib", "*");
}
