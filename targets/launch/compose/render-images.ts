/** The Dockerfiles of the images that nodes run in. Pure; copies for reading are in deploy/, held equal by a test. */

/** Every image of ours carries it, so that they can be found and pruned. */
export const imageLabel = "stagebench.image";

export const debianBase = "debian:bookworm-slim";
export const nodeBase = "node:20-bookworm-slim";

/** Where the image has them. */
export const shopFolder = "/shop";
export const postgresFolder = "/opt/postgres";

/** A program of Debian's, from the same package that the `processes` launcher asks for. */
export function debianDockerfile(program: string, debianPackage: string): string {
  return `FROM ${debianBase}
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d \\
 && chmod 755 /usr/sbin/policy-rc.d \\
 && apt-get -q update \\
 && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends ${debianPackage} \\
 && rm -rf /var/lib/apt/lists/*
LABEL ${imageLabel}=${program}
`;
}

/** The same binaries that the `processes` launcher runs: what differs between the two is the container alone. */
export function postgresDockerfile(): string {
  return `FROM ${debianBase}
COPY . ${postgresFolder}
LABEL ${imageLabel}=postgres
`;
}

/** The shop with the packages it imports, and nothing else of the harness. */
export function shopDockerfile(): string {
  return `FROM ${nodeBase}
COPY . ${shopFolder}
LABEL ${imageLabel}=shop
`;
}
