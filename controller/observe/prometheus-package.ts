/** The packages that bring Prometheus and promtool where there are no containers. */
import {
  type Installable,
  type Installer,
  installCommand,
  installerHere,
  systemProbes,
} from "../../targets/launch/components.ts";

export const prometheusPackage: Installable = {
  program: "prometheus",
  debianPackage: "prometheus",
  brewPackage: "prometheus",
};

/**
 * What a person can do where it is missing. Installed by hand with apt, its service starts at once, on the usual port;
 * `--install` keeps it from starting.
 */
export function prometheusHint(installer: Installer = installerHere()): string {
  const byHand = `bench observe up --install, or by hand:\n${installCommand([prometheusPackage], installer)}`;
  if (installer !== "apt") return byHand;
  const off = "systemctl disable --now prometheus";
  return `${byHand}\nby hand its own service starts, too, and may hold port 9090: ${off}, or bench observe up --port <other>`;
}

/** Undefined when it is not here. */
export const prometheusProgram = (): string | undefined => systemProbes.programPath("prometheus");
