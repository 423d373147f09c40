/** Tomcat from its jars alone, serving the site itself: as a page, because its compiler for pages needs no JDK. */
import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hastyIdleMs, type RealServer } from "./wire-server.ts";
import { isMissing } from "./wire-server-list.ts";
import { java, tomcat } from "./wire-server-packages.ts";
import { cookies, earlyLink, largeBytes, toldFields } from "./wire-site.ts";

const jarFolder = "/usr/share/java";

export const tomcatServer: RealServer = {
  name: "Tomcat",
  trailers: "passed on",
  earlyHints: "passed on",
  saysContinue: true,
  missing: () => isMissing(tomcat) ?? isMissing(java),
  async prepare({ folder, ports }) {
    const root = join(folder, "webapps", "ROOT");
    for (const each of [root, join(folder, "conf"), join(folder, "temp")])
      await mkdir(each, { recursive: true });
    const connector = (port: number, idleMs: number, isAnnounced: boolean) =>
      `<Connector address="127.0.0.1" port="${port}" protocol="HTTP/1.1" maxKeepAliveRequests="-1"
 keepAliveTimeout="${idleMs}" useKeepAliveResponseHeader="${isAnnounced}"/>`;
    await writeFile(
      join(folder, "conf", "server.xml"),
      `<Server port="-1"><Service name="Catalina">
${connector(ports.patient, 60_000, true)}
${connector(ports.hasty, hastyIdleMs, false)}
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine></Service></Server>`,
    );
    // Looking through every jar for tag libraries takes longer than all the rest.
    await writeFile(
      join(folder, "conf", "context.xml"),
      `<Context><JarScanner scanClassPath="false" scanManifest="false"/></Context>`,
    );
    await writeFile(join(folder, "conf", "web.xml"), webXml);
    await writeFile(join(root, "own"), "own\n");
    await writeFile(join(root, "site.jsp"), page);
    return [
      {
        program: java.path()!,
        args: [
          ...["-Xmx128m", "-cp", classPath()],
          ...[`-Dcatalina.home=${folder}`, `-Dcatalina.base=${folder}`, `-Djava.io.tmpdir=${folder}/temp`],
          ...["org.apache.catalina.startup.Bootstrap", "start"],
        ],
      },
    ];
  },
};

/** Each jar once, by its name without version. */
function classPath(): string {
  const jars = readdirSync(jarFolder).filter((name) => /^tomcat10-[a-z-]+\.jar$/.test(name));
  return [...jars, "eclipse-jdt-core.jar"].map((jar) => join(jarFolder, jar)).join(":");
}

// The page is compiled before the ports are opened.
const webXml = `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
<servlet><servlet-name>site</servlet-name><jsp-file>/site.jsp</jsp-file><load-on-startup>1</load-on-startup></servlet>
<servlet><servlet-name>jsp</servlet-name><servlet-class>org.apache.jasper.servlet.JspServlet</servlet-class></servlet>
<servlet><servlet-name>files</servlet-name>
<servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
<servlet-mapping><servlet-name>site</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
<servlet-mapping><servlet-name>files</servlet-name><url-pattern>/own</url-pattern></servlet-mapping>
</web-app>`;

/** The site once more, in Java. The body is read first, as everywhere. */
const page = `<%@ page session="false" trimDirectiveWhitespaces="true"
import="java.io.*, java.nio.charset.StandardCharsets, java.util.*, org.apache.catalina.connector.ResponseFacade" %><%
byte[] body = request.getInputStream().readAllBytes();
OutputStream to = response.getOutputStream();
response.setContentType(null);
switch (request.getRequestURI()) {
  case "/length":
    response.setHeader("etag", "\\"1\\"");
    if ("\\"1\\"".equals(request.getHeader("if-none-match"))) { response.setStatus(304); return; }
    response.setContentLength(5);
    to.write("hello".getBytes());
    break;
  case "/chunked":
    to.write("one,".getBytes());
    to.flush();
    to.write("two".getBytes());
    break;
  case "/trailers":
    response.setHeader("trailer", "x-checksum");
    response.setTrailerFields(() -> Map.of("x-checksum", "42"));
    to.write("summed".getBytes());
    to.flush();
    break;
  case "/204":
    response.setStatus(204);
    break;
  case "/empty":
    response.setContentLength(0);
    break;
  case "/large":
    response.setContentLength(${largeBytes});
  case "/large-chunked":
    to.write("0123456789abcde\\n".repeat(${largeBytes / 16}).getBytes());
    break;
  case "/until-close":
    response.setHeader("connection", "close");
    to.write("to the ".getBytes());
    to.flush();
    to.write("end".getBytes());
    break;
  case "/last":
    response.setHeader("connection", "close");
    response.setContentLength(4);
    to.write("last".getBytes());
    break;
  case "/fields":
    for (int n = 0; n < ${cookies}; n++) response.addHeader("set-cookie", "crumb" + n + "=" + "x".repeat(100) + "; Path=/");
    response.setHeader("x-empty", "");
    response.setContentLength(2);
    to.write("ok".getBytes());
    break;
  case "/early":
    response.setHeader("link", "${earlyLink}");
    ((ResponseFacade) response).sendEarlyHints();
    response.setContentLength(5);
    to.write("later".getBytes());
    break;
  case "/echo":
    StringBuilder told = new StringBuilder(request.getMethod()).append("\\n");
    for (String name : new String[] { ${toldFields.map((name) => `"${name}"`).join(", ")} })
      told.append(name).append(": ").append(Optional.ofNullable(request.getHeader(name)).orElse("none")).append("\\n");
    to.write((told + "\\n").getBytes(StandardCharsets.UTF_8));
    to.write(body);
    break;
  default:
    response.setStatus(404);
    to.write("no such thing".getBytes());
}
%>`;
