/** `bench verify` in the tree of commands; its code is loaded when it is used. */
import type { Command } from "commander";

export function addVerify(
  program: Command,
  around: { readonly signal: AbortSignal; finish(exitCode: number): void },
): void {
  program
    .command("verify [what...]")
    .description("which claims of a stage hold here, which do not, and which cannot be decided")
    .option("--all", "every claim of every stage")
    .option("--budget <time>", "take no longer than this, the most informative claims first, for example 10m")
    .option("--turns <number>", "how often A B B A where two are compared (2): four runs of each side")
    .option("--seed <number>", "of the first round; each following one has the next")
    .option(
      "--reuse",
      "take runs made before: same plan, seed, stage, shop, machine, and version of bench, Node and search",
    )
    .option(
      "--skip-decided <verify.json>",
      "leave out what that verification upheld or refuted, also elsewhere",
    )
    .option("--dry-run", "say which experiments would be made and how long it would take, and stop")
    .option("--json", "print the result as one JSON document on stdout")
    .option("--out <folder>", "write the verification and its runs here instead of .bench")
    .option("--install", "install missing components with the system's package manager")
    .allowUnknownOption()
    .action(async (what: string[], options, command: Command) => {
      const { verify } = await import("./commands/verify.ts");
      const flags = command.options.flatMap(({ long }) => long ?? []);
      around.finish(await verify(what, { ...options, flags }, around.signal));
    });
}
