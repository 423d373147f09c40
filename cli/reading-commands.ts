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
}
