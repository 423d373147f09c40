/** Well-formed answers of all kinds, with what they mean. */
import fc from "fast-check";

export interface MadeAnswer {
  readonly bytes: Buffer;
  readonly isHead: boolean;
  /** Whether the body goes on until the connection is closed. */
  readonly ends: boolean;
  readonly status: number;
  readonly text: string;
}

const tokens = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
const values = fc.stringMatching(/^[!-~]([ -~\t\x80-\xff]{0,12}[!-~])?$/);

const otherFields = fc.array(
  fc.record({
    name: tokens.map((name) => `X-${name}`),
    value: fc.oneof({ weight: 5, arbitrary: values }, { weight: 1, arbitrary: fc.constant("") }),
  }),
  { maxLength: 4 },
);

const connections = fc.constantFrom(
  "",
  "",
  "",
  "Connection: keep-alive\r\n",
  "Connection: Close\r\n",
  "connection: foo\r\n",
);
const reasons = fc.constantFrom(" OK", " ", "", " Not Found at \xe9ll");
const interims = fc.constantFrom(
  "",
  "",
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 P\r\n\r\n",
);
const extensions = fc.constantFrom("", "", ";a", ";a=b", ';a="b;\\"c"', ";a=b;c");
const trailers = fc.constantFrom("", "", "X-Sum: 1\r\n", "X-A:\r\nX-B: 2\r\n");

export const answers: fc.Arbitrary<MadeAnswer> = fc
  .record({
    version: fc.constantFrom("1.1", "1.1", "1.1", "1.0"),
    status: fc.constantFrom(200, 200, 200, 404, 500, 204, 304, 299),
    framing: fc.constantFrom("length", "length", "chunked", "close"),
    isHead: fc.constantFrom(false, false, false, false, true),
    reason: reasons,
    interim: interims,
    before: otherFields,
    behind: otherFields,
    connection: connections,
    pieces: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 4 }),
    extension: extensions,
    trailer: trailers,
    isUpperCase: fc.boolean(),
  })
  .map((made) => {
    const {
      version,
      status,
      isHead,
      framing,
      reason,
      interim,
      before,
      behind,
      connection,
      pieces,
      extension,
      trailer,
    } = made;
    const hasBody = !isHead && status !== 204 && status !== 304;
    const body = pieces.join("");
    const fields = (list: typeof before) => list.map(({ name, value }) => `${name}: ${value}\r\n`).join("");
    const length = Buffer.byteLength(body);
    const framingField =
      framing === "length"
        ? `Content-Length: ${length}\r\n`
        : framing === "chunked"
          ? "Transfer-Encoding: chunked\r\n"
          : "";
    const head = `${version === "1.1" ? interim : ""}HTTP/${version} ${status}${reason}\r\n${fields(before)}${framingField}${connection}${fields(behind)}\r\n`;
    const chunks = [
      ...pieces.flatMap((piece) => {
        const size = Buffer.byteLength(piece).toString(16);
        return [
          Buffer.from(`${made.isUpperCase ? size.toUpperCase() : size}${extension}\r\n`),
          Buffer.from(piece),
          Buffer.from("\r\n"),
        ];
      }),
      Buffer.from(`0${extension}\r\n${trailer}\r\n`),
    ];
    const bodyBytes = framing === "chunked" ? Buffer.concat(chunks) : Buffer.from(body);
    return {
      bytes: Buffer.concat([Buffer.from(head, "latin1"), hasBody ? bodyBytes : Buffer.alloc(0)]),
      isHead,
      ends: hasBody && framing === "close",
      status,
      text: hasBody ? body : "",
    };
  });
