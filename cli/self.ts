/** The command that runs this very program again, the same way as we were started: from source or from dist. */
export const selfCommand: readonly string[] = [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
