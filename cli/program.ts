/** The tree of commands. Imports only commander; each command's code is loaded when it is used. */
import { Command, Option } from "commander";
import { addReading } from "./reading-commands.ts";
import { addVerify } from "./verify-command.ts";

export interface Surroundings {
  /** Aborted with a `Failure` of kind `interrupted` at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Sets the exit code of the whole. */
  finish(exitCode: number): void;
  /** As they were typed: a `--` among them is not told otherwise. */
  readonly words?: readonly string[];
}

const idle: Surroundings = { signal: new AbortController().signal, finish: () => {} };

export function buildProgram(around: Surroundings = idle): Command {
  const program = new Command("bench")
    .description("Load, faults and a correctness verdict in one run.")
    .version("0.1.0")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true);

  runLike(program.command("run <scenario>"), "replay a scenario against a target and judge what was seen")
    .option("--json", "print the result as one JSON document on stdout")
    .option("--out <folder>", "write the run here instead of .bench/runs/<id>")
    .option("--keep-target", "leave the target running; bench targets down ends it")
    .option("--dry-run", "print the plan and stop")
    .option("--install", "install missing components with the system's package manager")
    .option("--advisory", "exit 0 when the run was carried out, unless a fault is still in place")
    .option("--ui <how>", "how it is shown while it goes on: live (on a terminal), lines or none")
    .option(
      "--metrics <address>",
      "where it is told to Prometheus while it goes on: a port, an address, or off (the first free one from 9464)",
    )
    .option(
      "--report <format=path...>",
      "also write a report: html, markdown, junit, json, text, csv, hgrm or openmetrics",
    )
    .action(async (scenario: string, options, command: Command) => {
      const { run } = await import("./commands/run.ts");
      around.finish(
        await run(
          scenario,
          { ...options, excess: command.args.slice(1), flags: flagsOf(command) },
          around.signal,
        ),
      );
    });

  runLike(program.command("plan <scenario>"), "decide everything a run would do, and do nothing")
    .option("--json", "print the plan as JSON")
    .action(async (scenario: string, options, command: Command) => {
      const { plan } = await import("./commands/plan.ts");
      around.finish(
        await plan(scenario, { ...options, excess: command.args.slice(1), flags: flagsOf(command) }),
      );
    });

  program
    .command("judge <run>")
    .description("judge a finished run again, from its folder alone (a run id, a folder, or latest)")
    .option("--json", "print the result as one JSON document on stdout")
    .option("--advisory", "exit 0 when the run could be judged, unless a fault is still in place")
    .option(
      "--report <format=path...>",
      "also write a report: html, markdown, junit, json, text, csv, hgrm or openmetrics",
    )
    .action(async (run: string, options) => {
      const { judge } = await import("./commands/judge.ts");
      around.finish(await judge(run, options));
    });

  addReading(program, around);

  runLike(
    program.command("exam [name]"),
    "ask a stage for a principle of design, by load, faults and what has to hold (without a name: all)",
  )
    .option("--json", "print the result as one JSON document on stdout")
    .option("--control", "let the control sit it too: a target that must fail, or the exam proves nothing")
    .option("--faults <fault...>", "only these ways to fail, for example kill")
    .option("--hold <time>", "how long each fault lasts")
    .option("--gap <time>", "from the end of one fault to the next")
    .option("--dry-run", "print the plan of its run and stop")
    .option("--install", "install missing components with the system's package manager")
    .action(async (name: string | undefined, options, command: Command) => {
      const { exam: sit } = await import("./commands/exam.ts");
      around.finish(
        await sit(
          name,
          { ...options, excess: command.args.slice(1), flags: flagsOf(command) },
          around.signal,
        ),
      );
    });

  runLike(
    program.command("capacity <scenario>"),
    "find the knee: the highest load at which a target still meets the objective, and what stops it there",
  )
    .option("--json", "print the result as one JSON document on stdout")
    .option("--out <folder>", "write the search here instead of .bench/runs/<id>")
    .option("--dry-run", "print how it would be searched and stop")
    .option("--install", "install missing components with the system's package manager")
    .action(async (scenario: string, options, command: Command) => {
      const { capacity } = await import("./commands/capacity.ts");
      around.finish(
        await capacity(
          scenario,
          { ...options, excess: command.args.slice(1), flags: flagsOf(command) },
          around.signal,
        ),
      );
    });

  addVerify(program, around);

  comparing(program.command("compare [runs...]"))
    .description("hold runs against runs: bench compare A... -- B... (run ids, folders, or baseline=<name>)")
    .option("--paired", "the first of A belongs to the first of B, and so on")
    .option("--advisory", "exit 0 when the runs could be compared, unless a fault is still in place")
    .action(async (runs: string[], options) => {
      const { compare } = await import("./commands/compare.ts");
      around.finish(await compare(sidesOf(runs, around.words ?? []), options));
    });

  comparing(
    runLike(program.command("gate <scenario>"), "fresh runs against a baseline, until it is decided; for CI"),
  )
    .option("--baseline <name>", "what to compare with (bench baseline list)")
    .option("--baseline-target <url...>", "where the old version of your own system is, to be run in turns")
    .option("--kept", "compare with the kept runs, also where the baseline could be run again")
    .option("--max-runs <number>", "runs of a side at most (10); five are made before the first look")
    .option("--dry-run", "say what would be compared and stop")
    .option("--install", "install missing components with the system's package manager")
    .option("--advisory", "exit 0 when it was carried out, unless a fault is still in place")
    .action(async (scenario: string, options, command: Command) => {
      const { gate } = await import("./commands/gate.ts");
      const words = { ...options, excess: command.args.slice(1), flags: flagsOf(command) };
      around.finish(await gate(scenario, words, around.signal));
    });

  const baseline = program.command("baseline").description("runs kept to compare with");
  baseline
    .command("save <name> [runs...]")
    .description("keep runs under a name; only whole, valid, equal runs can be kept")
    .option("--last <number>", "the newest so many runs")
    .action(async (name: string, runs: string[], options) => {
      const { save } = await import("./commands/baseline.ts");
      around.finish(await save(name, runs, options));
    });
  baseline
    .command("list")
    .description("which there are")
    .option("--json", "print as JSON")
    .action(async (options) => {
      const { list } = await import("./commands/baseline.ts");
      around.finish(list(options));
    });
  baseline
    .command("show <name>")
    .description("what one is made of, and whether it is still as it was saved")
    .option("--json", "print as JSON")
    .action(async (name: string, options) => {
      const { show } = await import("./commands/baseline.ts");
      around.finish(await show(name, options));
    });
  baseline
    .command("rm <name>")
    .description("forget one; the runs it was made of are not touched")
    .action(async (name: string) => {
      const { remove } = await import("./commands/baseline.ts");
      around.finish(remove(name));
    });

  program
    .command("trend <scenario>")
    .description("where the history of a scenario came to be another; decides nothing")
    .option("-t, --target <target>", "runs on this target only")
    .option("--figure <name>", "p50, p95, p99 (default), p999 or goodput")
    .option("--json", "print as JSON")
    .action(async (scenario: string, options) => {
      const { trend } = await import("./commands/trend.ts");
      around.finish(await trend(scenario, options));
    });

  program
    .command("list [what] [name]")
    .description("list scenarios, targets, faults, checks, reports or runs; with a name, show that one")
    .option("--json", "print as JSON")
    .action(async (what: string | undefined, name: string | undefined, options) => {
      const { list } = await import("./commands/list.ts");
      around.finish(await list(what, name, options));
    });

  const targets = program.command("targets").description("bring targets up and down without a run");
  targets
    .command("up <target>")
    .description("start a target and leave it running")
    .option("--variant <name=value...>", "the stage built differently (bench list targets <stage>)")
    .option("--launcher <name>", "processes (default) or compose, which needs a container engine")
    .option("--network <name>", networkHelp)
    .option("--install", "install missing components with the system's package manager")
    .option("--json", "print as JSON")
    .action(async (target: string, options) => {
      const { up } = await import("./commands/targets.ts");
      around.finish(await up(target, options, around.signal));
    });
  targets
    .command("down [target]")
    .description("end a target that was left running; without a name, all of them")
    .action(async (target: string | undefined) => {
      const { down } = await import("./commands/targets.ts");
      around.finish(await down(target));
    });
  targets
    .command("status [target]")
    .description("which targets were left running, and whether their nodes are alive")
    .option("--json", "print as JSON")
    .action(async (target: string | undefined, options) => {
      const { status } = await import("./commands/targets.ts");
      around.finish(await status(target, options));
    });
  targets
    .command("scale <target> <node=count...>")
    .description("more or fewer members of an application that is up as containers, while it serves")
    .option("--json", "print as JSON")
    .action(async (target: string, orders: string[], options) => {
      const { scale } = await import("./commands/orchestrate.ts");
      around.finish(await scale(target, orders, options, around.signal));
    });
  targets
    .command("update <target> [application...]")
    .description("a rolling update of applications that are up as containers: new ones, member after member")
    .option("--variant <name=value...>", "with other settings; these decide which applications change")
    .option("--json", "print as JSON")
    .action(async (target: string, applications: string[], options) => {
      const { update } = await import("./commands/orchestrate.ts");
      around.finish(await update(target, applications, options, around.signal));
    });

  haltLike(program.command("halt [run...]"));
  const chaos = program
    .command("chaos")
    .description("faults: which there are, what is planned, and undoing all");
  chaos
    .command("list")
    .description("every fault, with what it does and what becomes of it")
    .option("--json", "print as JSON")
    .action(async (options) => {
      const { listFaults } = await import("./commands/chaos.ts");
      around.finish(await listFaults(options));
    });
  runLike(chaos.command("plan <scenario>"), "which faults a run would carry out, when, where and by what")
    .option("--json", "print as JSON")
    .action(async (scenario: string, options, command: Command) => {
      const { planFaults } = await import("./commands/chaos.ts");
      const words = { ...options, excess: command.args.slice(1), flags: flagsOf(command) };
      around.finish(await planFaults(scenario, words));
    });
  haltLike(chaos.command("halt [run...]"));

  program
    .command("doctor")
    .description("what this machine can do, and what that means for results")
    .option("--install", "install missing components with the system's package manager")
    .option("--json", "print as JSON")
    .action(async (options) => {
      const { doctor } = await import("./commands/doctor.ts");
      around.finish(await doctor(options, around.signal));
    });

  program
    .command("calibrate")
    .description("prove on this machine, in a minute, what the instrument itself is worth")
    .option("--json", "print the certificate as one JSON document on stdout")
    .addOption(new Option("--plant <ms>", "delay added without telling, to test the calibration").hideHelp())
    .action(async (options) => {
      const { calibrate } = await import("./commands/calibrate.ts");
      around.finish(await calibrate(options, around.signal));
    });

  program
    .command("agent", { hidden: true })
    .description("make load for a controller (started by bench run)")
    .requiredOption("--controller <address>", "host:port of the controller's front door")
    .option("--index <number>", "index wanted in the fleet", "-1")
    .action(async (options) => {
      const { agent } = await import("./commands/agent.ts");
      await agent(options, around.signal);
    });

  program
    .command("guard <journal> <run...>", { hidden: true })
    .description("clean up after a controller that died (started by bench run)")
    .action(async (journal: string, run: string[]) => {
      const { guard } = await import("./commands/guard.ts");
      around.finish(await guard(journal, run));
    });

  program
    .command("relay <socket>", { hidden: true })
    .description("lead connections between nodes, and disturb them (started by bench run)")
    .action(async (socket: string) => {
      const { relay } = await import("./commands/relay.ts");
      await relay(socket);
    });

  return program;

  function haltLike(command: Command): void {
    command
      .description(
        "undo every fault of every run here, living or dead, and of the runs named; ends those that disturb",
      )
      .option("--json", "print as JSON")
      .action(async (runs: string[], options) => {
        const { halt } = await import("./commands/halt.ts");
        around.finish(await halt(runs, options, around.signal));
      });
  }
}

/** Options that say how runs are compared. */
function comparing(command: Command): Command {
  const several = (word: string, before: readonly string[] = []) => [...before, word];
  return command
    .option(
      "--margin <figure=percent>",
      "how much worse is too much, for example p99=10%,order.p50=5%",
      several,
    )
    .option("--across <part>", "what may differ: target, host or versions", several)
    .option("--strict", "a figure that could not be held against its margin is inconclusive, too")
    .option("--json", "print the result as one JSON document on stdout")
    .option(
      "--report <format=path>",
      "also write a report: html, text, json, markdown, junit or annotations",
      several,
    );
}

/** Runs before and after `--`, of which commander tells only that they are words. */
function sidesOf(runs: readonly string[], words: readonly string[]): readonly [string[], string[]] {
  const at = words.indexOf("--");
  const after = at < 0 ? 0 : words.length - at - 1;
  return [runs.slice(0, runs.length - after), runs.slice(runs.length - after)];
}

const networkHelp =
  "what joins the processes of a stage: loopback (default), namespaces (Linux, root) or auto";

/** For telling the nearest one when a flag is unknown. */
function flagsOf(command: Command): readonly string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}

/** Options that decide what a run is; the same for run and plan. Values are read and checked together later. */
function runLike(command: Command, description: string): Command {
  return command
    .description(description)
    .option("-t, --target <target...>", "a stage (bench list targets) or the URLs of your own system")
    .option("--strategy <name>", "how the flash sale is sold, for example F0, F2 or F8")
    .option(
      "--variant <name=value...>",
      "the stage built differently, for example shops=4 (bench list targets <stage>)",
    )
    .option("--launcher <name>", "how a stage is brought up: processes (default) or compose")
    .option("--network <name>", networkHelp)
    .option("--rate <rate>", "arrivals per second at the peak, for example 500 or 2k/s")
    .option("--duration <time>", "length of the measured part, for example 30s or 2m")
    .option("--warmup <time>", "load before the measured part")
    .option("--exercise <rounds>", "rounds of load before CPU budgets apply, at most (3); 0: a cold stage")
    .option("--seed <number>", "replays the same arrivals, shoppers and items")
    .option("--agents <number>", "agent processes that make the load")
    .option("--connections <number>", "connections per agent at most")
    .option("--sender <name>", "how requests are carried: wire (default), http, http2, grpc or none")
    .option("--timeout <time>", "longest wait for one answer")
    .option(
      "--slo <objectives>",
      "limits instead of the target's own claim, for example p99<250ms,errors<0.1%",
    )
    .option(
      "--chaos <fault...>",
      "what goes wrong, for example kill:shop-2@20s+15s, or a plan file (bench chaos list)",
    )
    .option("--allow-irreversible", "faults that cannot be undone, too, in a system of your own")
    .option(
      "--recover <objectives>",
      'what is asked of it under each fault, for example "p99<200ms within 20s,good>99% within 10s,detect<3s,amplification<1.5"',
    )
    .option("--allow-host <host...>", "hosts outside this machine that may be loaded")
    .option("--audit-url <url>", "audit endpoint of your own system, for correctness findings")
    .option("--config <file>", "settings file instead of bench.config.{yaml,json,ts,js}")
    .allowUnknownOption()
    .allowExcessArguments();
}
