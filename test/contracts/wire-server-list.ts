/** The servers that Debian has, each with the least configuration that puts it in front of the site. */
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemProbes } from "../../targets/launch/components.ts";
import { hastyIdleMs, type RealServer } from "./wire-server.ts";
import { httpd, type ServerPackage, varnish } from "./wire-server-packages.ts";

const absent = (path: string | undefined, debianPackage: string): string | undefined =>
  path === undefined ? `${debianPackage} is not installed` : undefined;

export const isMissing = ({ debianPackage, path }: ServerPackage): string | undefined =>
  absent(path(), debianPackage);

export const node: RealServer = {
  name: "Node's http",
  trailers: "passed on",
  earlyHints: "passed on",
  saysContinue: true,
  missing: () => undefined,
};

export const nginx: RealServer = {
  name: "nginx",
  trailers: "dropped",
  earlyHints: "passed on",
  saysContinue: true,
  missing: () => absent(systemProbes.programPath("nginx"), "nginx"),
  async prepare({ folder, ports, sitePort }) {
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const locations = `location / { proxy_pass http://127.0.0.1:${sitePort}; proxy_http_version 1.1; }
    location = /last { keepalive_timeout 0; proxy_pass http://127.0.0.1:${sitePort}; proxy_http_version 1.1; }
    location = /own { root ${folder}; }`;
    await writeFile(join(folder, "own"), "own\n");
    await writeFile(
      join(folder, "nginx.conf"),
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http { access_log off; ${temp.join(" ")}
  server { listen 127.0.0.1:${ports.patient}; keepalive_timeout 60s; ${locations} }
  server { listen 127.0.0.1:${ports.hasty}; keepalive_timeout ${hastyIdleMs}ms; ${locations} } }`,
    );
    return [{ program: systemProbes.programPath("nginx")!, args: ["-p", folder, "-c", "nginx.conf"] }];
  },
};

export const haproxy: RealServer = {
  name: "HAProxy",
  trailers: "passed on",
  earlyHints: "passed on",
  saysContinue: true,
  missing: () => absent(systemProbes.programPath("haproxy"), "haproxy"),
  async prepare({ folder, ports, sitePort }) {
    const frontend = (name: string, port: number, idle: string) => `frontend ${name}
  bind 127.0.0.1:${port}
  timeout http-keep-alive ${idle}
  http-request return status 200 content-type text/plain string "own\\n" if { path /own }
  use_backend last if { path /last }
  default_backend site
`;
    await writeFile(
      join(folder, "haproxy.cfg"),
      `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
${frontend("patient", ports.patient, "60s")}${frontend("hasty", ports.hasty, `${hastyIdleMs}ms`)}backend site
  server one 127.0.0.1:${sitePort}
backend last
  http-response set-header connection close
  server one 127.0.0.1:${sitePort}
`,
    );
    return [
      { program: systemProbes.programPath("haproxy")!, args: ["-db", "-f", join(folder, "haproxy.cfg")] },
    ];
  },
};

/** Where Debian puts them. */
const modules = "/usr/lib/apache2/modules";

export const apache: RealServer = {
  name: "Apache httpd",
  trailers: "dropped",
  earlyHints: "passed on",
  saysContinue: true,
  missing: () => isMissing(httpd),
  async prepare({ folder, ports, sitePort }) {
    const load = ["mpm_event", "authz_core", "alias", "setenvif", "headers", "proxy", "proxy_http"];
    await writeFile(join(folder, "own"), "own\n");
    await chmod(join(folder, "own"), 0o644);
    await writeFile(
      join(folder, "httpd.conf"),
      `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName localhost
Listen 127.0.0.1:${ports.patient}
Listen 127.0.0.1:${ports.hasty}
${load.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join("\n")}
User www-data
Group www-data
KeepAliveTimeout 60
MaxKeepAliveRequests 0
SetEnvIf Request_URI ^/last$ nokeepalive
Alias /own ${folder}/own
<Directory ${folder}>
  Require all granted
</Directory>
ProxyPass /own !
ProxyPass / http://127.0.0.1:${sitePort}/
<VirtualHost 127.0.0.1:${ports.hasty}>
  KeepAliveTimeout ${hastyIdleMs}ms
  # Only clients that ask for keep-alive by name are told how long it lasts.
  RequestHeader unset Connection early
  ProxyPass / http://127.0.0.1:${sitePort}/
</VirtualHost>
`,
    );
    return [{ program: httpd.path()!, args: ["-f", join(folder, "httpd.conf"), "-DFOREGROUND"] }];
  },
};

export const varnishCache: RealServer = {
  name: "varnish",
  trailers: "answer broken off",
  earlyHints: "refused",
  saysContinue: false,
  missing: () => isMissing(varnish),
  async prepare({ folder, ports, sitePort }) {
    await writeFile(
      join(folder, "site.vcl"),
      `vcl 4.1;
backend site { .host = "127.0.0.1"; .port = "${sitePort}"; }
sub vcl_recv { if (req.url != "/own") { return (pass); } }
sub vcl_deliver { if (req.url == "/last") { set resp.http.connection = "close"; } }
`,
    );
    // Its idle limit is of the whole process.
    const run = (port: number, idleS: number) => ({
      program: varnish.path()!,
      args: [
        ...["-F", "-j", "none", "-n", join(folder, `varnish-${port}`), "-s", "malloc,16m"],
        ...["-a", `127.0.0.1:${port}`, "-f", join(folder, "site.vcl"), "-p", `timeout_idle=${idleS}`],
      ],
    });
    return [run(ports.patient, 60), run(ports.hasty, hastyIdleMs / 1000)];
  },
};
