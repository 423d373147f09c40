/** The configuration of an edge cache: Varnish in front of a way into the shop. Pure. */
import type { Backend } from "./render-haproxy.ts";

/**
 * Only what is the same for everybody is looked up: assets, the home page, the pages of categories. How long they are
 * kept is the shop's to say (`Cache-Control`), and what it does not say is not kept. A change of an item that comes
 * through this edge brings along which pages are old by it; an edge it did not come through keeps its copies until
 * their time is over, as with a purge that was lost.
 */
export function renderVarnish(backends: readonly Backend[]): string {
  return `vcl 4.1;
import directors;
import std;

probe health {
  .url = "/health";
  .interval = 500ms;
  .timeout = 400ms;
  .window = 3;
  .threshold = 1;
  .initial = 1;
}

${backends.map((backend, index) => backendBlock(backend, index)).join("\n")}
sub vcl_init {
  new origin = directors.round_robin();
${backends.map((_, index) => `  origin.add_backend(origin${index});\n`).join("")}}

sub vcl_recv {
  set req.backend_hint = origin.backend();
  unset req.http.surrogate-purge;
  if (req.method != "GET" && req.method != "HEAD") {
    return (pass);
  }
  if (req.url ~ "^/(static/|category/|$|\\?)") {
    # Whoever asks, the answer is the same.
    unset req.http.Cookie;
    unset req.http.x-user;
    return (hash);
  }
  return (pass);
}

sub vcl_backend_response {
  if (!beresp.http.Cache-Control || beresp.http.Set-Cookie || beresp.status != 200) {
    set beresp.uncacheable = true;
    set beresp.ttl = 0s;
  }
  # Nothing is shown after its time, not even while it is asked for again.
  set beresp.grace = 0s;
}

sub vcl_deliver {
  if (resp.http.surrogate-purge && resp.status < 300) {
    if (!std.ban("req.url ~ " + resp.http.surrogate-purge)) {
      std.log("purge: " + std.ban_error());
    }
  }
  unset resp.http.surrogate-purge;
  if (obj.hits > 0) {
    set resp.http.x-edge = "hit";
  } else {
    set resp.http.x-edge = "miss";
  }
}
`;
}

/** Reading the books is one answer that may take long. */
function backendBlock({ address }: Backend, index: number): string {
  const { hostname, port } = new URL(`tcp://${address}`);
  return `backend origin${index} {
  .host = "${hostname}";
  .port = "${port}";
  .connect_timeout = 1s;
  .first_byte_timeout = 60s;
  .between_bytes_timeout = 300s;
  .probe = health;
}
`;
}
