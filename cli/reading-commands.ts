/** The commands that read what runs leave, while they go on and afterwards. Loads nothing before one is called. */
import type { Command } from "commander";
import type { Surroundings } from "./program.ts";

export function addReading(program: Command, around: Surroundings): void {
  program
    .command("watch <run>")
    .description("look at a run that goes on, from another terminal; latest is the newest")
    .option("--ui <how>", "live (on a terminal) or lines")
    .action(async (run: string, options) => {
      const { watch } = await import("./commands/watch.ts");
      around.finish(await watch(run, options, around.signal));
    });

  program
    .command("report <run>")
    .description("tell a run again from its folder, in the forms other people and programs read")
    .option(
      "--format <names>",
      "html (default), markdown, junit, json, text, csv, hgrm, openmetrics; several with commas",
    )
    .option("--out <folder>", "write there instead of into the folder of the run; - for standard output")
    .option("--open", "show the html report in a browser")
    .action(async (run: string, options) => {
      const { report } = await import("./commands/report.ts");
      around.finish(await report(run, options));
    });

  addObserve(program, around);
}

function addObserve(program: Command, around: Surroundings): void {
  const observe = program
    .command("observe")
    .description("Prometheus and Grafana for looking at runs; without a word: what is up, and where")
    .option(
      "--runs <run...>",
      "show these finished runs or searches; back-fills those that are not there yet",
    )
    .option("--json", "print as one JSON document on stdout")
    // Else --json of `up` and `down` would be taken for this one.
    .enablePositionalOptions()
    .allowExcessArguments()
    .action(async (options, command: Command) => {
      const { observe: look } = await import("./commands/observe.ts");
      around.finish(await look({ ...options, excess: command.args }, around.signal));
    });
  observe
    .command("up")
    .description("start what is not up: in containers where there is an engine, else Prometheus alone")
    .option("--install", "install Prometheus with the system's package manager where it is missing")
    .option("--port <port>", "of Prometheus (9090)")
    .option("--grafana-port <port>", "of Grafana (3000)")
    .option("--only <service>", "prometheus: no Grafana")
    .option("--json", "print as one JSON document on stdout")
    .allowExcessArguments(false)
    .action(async (_, command: Command) => {
      const { up } = await import("./commands/observe.ts");
      around.finish(await up(command.optsWithGlobals(), around.signal));
    });
  observe
    .command("down")
    .description("end what up started, and nothing else; the data stays")
    .option("--purge", "remove the data, too")
    .option("--json", "print as one JSON document on stdout")
    .allowExcessArguments(false)
    .action(async (_, command: Command) => {
      const { down } = await import("./commands/observe.ts");
      around.finish(await down(command.optsWithGlobals(), around.signal));
    });
}
