/** A kernel that says what it is told to; files that are not there cannot be read. */
import type { Kernel } from "../../agents/kernel-file.ts";

export class ScriptedKernel implements Kernel {
  readonly #files: Map<string, string>;
  /** Paths opened and not closed again. */
  readonly isOpen = new Set<string>();

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
  }

  /** From now on `path` reads so; undefined: it is gone. */
  write(path: string, text: string | undefined): void {
    if (text === undefined) this.#files.delete(path);
    else this.#files.set(path, text);
  }

  readonly whole = (path: string): string | undefined => this.#files.get(path);

  readonly open = (path: string) => {
    this.isOpen.add(path);
    return {
      text: () => this.#files.get(path),
      [Symbol.dispose]: () => void this.isOpen.delete(path),
    };
  };
}
