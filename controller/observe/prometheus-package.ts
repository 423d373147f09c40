/** The packages that bring Prometheus and promtool where there are no containers. */
import { type Installable, systemProbes } from "../../targets/launch/components.ts";

export const prometheusPackage: Installable = {
  program: "prometheus",
  debianPackage: "prometheus",
  brewPackage: "prometheus",
};

/** Undefined when it is not here. */
export const prometheusProgram = (): string | undefined => systemProbes.programPath("prometheus");
