/** Ten thousand open connections in one agent, each of them used. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ConnectionsOrder, ConnectionsSeen } from "./agent-connections-inside.ts";
import { runInside } from "./agent-inside.ts";
import { type Part, tableOf } from "./agent-part.ts";
import { fixed, median, medianAndSpread, thousands } from "./figures.ts";
import { smallJson, startNginx } from "./one-nginx.ts";

const wanted = 10_000;
/** Files of the process that are no connections, with room to spare. */
const otherFiles = 500;
/**
 * nginx closes idle connections as soon as fewer than a sixteenth of its places are free (ngx_drain_connections), which
 * would look like a fault of ours.
 */
const serverRoom = 1.25;
/** Seconds after which nginx writes its log. */
const flushS = 1;

/** The server's own word: it notes the first request of every connection. */
const noting = "log_format used '$connection'; map $connection_requests $is_first { 1 1; default 0; }";
const noteIn = (folder: string): string =>
  `access_log ${folder}/used.log used buffer=64k flush=${flushS}s if=$is_first;`;

interface Round extends ConnectionsSeen {
  /** Connections on which the server saw at least one request. */
  readonly usedByServer: number;
}

export const connections: Part = {
  name: "connections",
  title: "Ten thousand connections",
  async measure({ folder, built, rounds, spanS, say }) {
    const allowed = raisable(wanted + otherFiles);
    const seen: Round[] = [];
    for (let round = 0; allowed && round < rounds; round++) {
      const place = join(folder, `nginx-${round}`);
      await using nginx = await startNginx({
        folder: place,
        connections: Math.ceil(wanted * serverRoom),
        http: noting,
        server: `${noteIn(place)} ${smallJson}`,
      });
      const order: ConnectionsOrder = { url: nginx.url, connections: wanted, spanS };
      const one = await runInside<ConnectionsSeen>({
        built,
        program: "connections",
        order,
        openFiles: wanted + otherFiles,
      });
      await pause((flushS + 1) * 1000);
      const usedByServer = readFileSync(join(place, "used.log"), "utf8").split("\n").filter(Boolean).length;
      seen.push({ ...one, usedByServer });
      say(`round ${round + 1}: ${one.opened} open, ${usedByServer} used, ${JSON.stringify(one.counts)}`);
    }
    const how =
      `One drive (agents/drive.ts) with its wire sender in a process of its own: ${thousands(wanted)} connections to one nginx worker are opened ahead, then as many shoppers ask once a second ` +
      `for ${spanS} s. The server says how many connections carried a request. Memory is what the process holds more than before, after collecting garbage. ${rounds} rounds.`;
    if (!allowed) {
      const problem = `this machine does not allow ${thousands(wanted + otherFiles)} open files (ulimit -n), so it was not measured`;
      return {
        how,
        goals: [
          { what: "connections open and used", goal: thousands(wanted), seen: problem, isReached: false },
        ],
        table: "",
      };
    }
    const cell = (of: (round: Round) => number, show: (value: number) => string) =>
      medianAndSpread(seen.map(of), show);
    // A connection more than wanted is one that had to be made again.
    const failures = seen.map(({ counts: { planned, completed } }) => planned - completed);
    const breaks = seen.flatMap((round) =>
      Object.entries(round.breaks).map(([why, times]) => `${why}: ${times}`),
    );
    return {
      how,
      goals: [
        {
          what: "connections open at once, and used",
          goal: thousands(wanted),
          seen: `${cell(({ opened }) => opened, thousands)} open, ${cell(({ usedByServer }) => usedByServer, thousands)} used`,
          isReached: seen.every(({ opened, usedByServer }) => opened === wanted && usedByServer >= wanted),
        },
        {
          what: "requests planned and not answered",
          goal: "0",
          seen: `${medianAndSpread(failures, thousands)}${breaks.length === 0 ? "" : ` (${breaks.join("; ")})`}`,
          isReached: median(failures) === 0 && Math.max(...failures) === 0,
        },
      ],
      table: tableOf(
        ["", "heap B each", "buffers B each", "RSS B each", "took"],
        [
          [
            "open",
            cell(({ eachOpen }) => eachOpen.heapUsedBytes, thousands),
            cell(({ eachOpen }) => eachOpen.externalBytes, thousands),
            cell(({ eachOpen }) => eachOpen.rssBytes, thousands),
            `${cell(({ openingS }) => openingS, fixed(1))} s to open`,
          ],
          [
            "used",
            cell(({ eachUsed }) => eachUsed.heapUsedBytes, thousands),
            cell(({ eachUsed }) => eachUsed.externalBytes, thousands),
            cell(({ eachUsed }) => eachUsed.rssBytes, thousands),
            `${cell(({ counts }) => counts.completed, thousands)} requests`,
          ],
        ],
      ),
    };
  },
};

/** Whether a child may have that many open files. */
function raisable(files: number): boolean {
  return spawnSync("prlimit", [`--nofile=${files}:${files}`, "true"]).status === 0;
}
