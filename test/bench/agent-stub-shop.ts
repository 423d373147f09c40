/**
 * A shop that costs next to nothing: nginx answers the requests of a flash sale as docs/shop-api.md says, and nearly
 * always "sold out". One first try in 250 it hands on to books that really sell, so that there is something to prove.
 */

import { startStubBooks } from "./agent-stub-books.ts";
import { startNginx } from "./one-nginx.ts";

export interface StubShop extends AsyncDisposable {
  readonly url: string;
  readonly auditUrl: string;
}

export async function startStubShop(folder: string): Promise<StubShop> {
  const books = await startStubBooks();
  const nginx = await startNginx({ folder, http: counted, server: pathsOf(books.url) });
  return {
    url: nginx.url,
    auditUrl: books.url,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]();
      await books[Symbol.asyncDispose]();
    },
  };
}

/** Keys end with the attempt's number, which is four times the arrival's for the first try: every 250th. */
const counted = "map $http_idempotency_key $is_counted { ~000$ 1; default 0; }";

const pathsOf = (booksUrl: string): string => `
    default_type application/json;
    location / { return 200 '{"status":"ok"}'; }
    location ^~ /books/ { proxy_pass ${booksUrl}/; }
    location ~ ^/seckill/(\\d+)$ {
      if ($is_counted) { rewrite ^ /books$uri last; }
      if ($request_method = POST) { return 409 '{"status":"sold-out"}'; }
      return 200 '{"sale":{"saleId":$1,"itemId":4711,"price":4950,"stock":0,"opensAtEpochMs":1700000000000,"state":"sold-out"}}';
    }
    location ~ ^/seckill/result/.*000$ { proxy_pass ${booksUrl}; }
    location /seckill/result/ { return 200 '{"status":"none"}'; }
    location ~ ^/item/(\\d+)$ {
      return 200 '{"item":{"id":$1,"name":"calm bamboo teapot","price":9900,"stock":1000}}';
    }`;
