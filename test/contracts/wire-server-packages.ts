/** What the tests of the wire sender against real servers need beyond what targets are made of, by Debian's names. */
import { existsSync } from "node:fs";
import { systemProbes } from "../../targets/launch/components.ts";

export interface ServerPackage {
  readonly debianPackage: string;
  /** Where it is, when it is here. */
  path(): string | undefined;
}

const program = (name: string) => () => systemProbes.programPath(name);
const file = (path: string) => () => (existsSync(path) ? path : undefined);

/** The server without the configuration and service that `apache2` adds. */
export const httpd: ServerPackage = { debianPackage: "apache2-bin", path: program("apache2") };
export const varnish: ServerPackage = { debianPackage: "varnish", path: program("varnishd") };
/** The jars without the service and web applications that `tomcat10` adds. */
export const tomcat: ServerPackage = {
  debianPackage: "libtomcat10-java",
  path: file("/usr/share/java/tomcat10-catalina.jar"),
};
export const java: ServerPackage = { debianPackage: "default-jre-headless", path: program("java") };

export const serverPackages: readonly ServerPackage[] = [httpd, varnish, tomcat, java];
