/** Which route a request means: exact paths first, then paths whose last segment is a parameter. Two look-ups. */

export interface RoutePattern {
  readonly method: "GET" | "POST";
  /** `/cart`, or `/item/:id`: only the last segment may be a parameter. */
  readonly path: string;
}

export interface Match<R> {
  readonly route: R;
  /** The last segment as it stands in the path; empty for exact paths. */
  readonly param: string;
}

export class Router<R extends RoutePattern> {
  readonly #exact = new Map<string, R>();
  readonly #byPrefix = new Map<string, R>();

  constructor(routes: readonly R[]) {
    for (const route of routes) {
      const colon = route.path.indexOf(":");
      const table = colon < 0 ? this.#exact : this.#byPrefix;
      const key = `${route.method} ${colon < 0 ? route.path : route.path.slice(0, colon)}`;
      if (table.has(key)) throw new Error(`two routes for ${route.method} ${route.path}`);
      table.set(key, route);
    }
  }

  /** The route, or undefined when there is none for this method and path. */
  find(method: string, path: string): Match<R> | undefined {
    const exact = this.#exact.get(`${method} ${path}`);
    if (exact) return { route: exact, param: "" };
    const cut = path.lastIndexOf("/") + 1;
    const route = cut < path.length ? this.#byPrefix.get(`${method} ${path.slice(0, cut)}`) : undefined;
    return route && { route, param: path.slice(cut) };
  }
}
