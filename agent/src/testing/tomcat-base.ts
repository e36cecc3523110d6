import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export const TOMCAT_HOME = '/usr/share/tomcat10'
export const MANAGER_APPLICATION = '/usr/share/tomcat10-admin/manager'

/** What a test wants of its Tomcat. */
export interface TomcatSetup {
  /** Threads of the users' connector. */
  readonly threads?: number
  /** Without: nothing is deployed at /manager. */
  readonly manager?: boolean
  /** Makes the users' connector speak TLS with this keystore (password `changeit`). */
  readonly tls?: { readonly keystore: string }
  readonly jvmArguments?: readonly string[]
}

/** Writes a CATALINA_BASE. */
export async function writeBase(
  base: string,
  port: number,
  adminPort: number,
  setup: TomcatSetup,
): Promise<void> {
  for (const directory of ['conf', 'logs', 'temp', 'work'])
    await mkdir(join(base, directory), { recursive: true })
  await copyFile(join(TOMCAT_HOME, 'etc/web.xml'), join(base, 'conf/web.xml'))
  const files: Record<string, string> = {
    'conf/server.xml': formatServer(port, adminPort, setup),
    'conf/tomcat-users.xml': USERS,
    ...APPLICATIONS,
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(base, name)), { recursive: true })
    await writeFile(join(base, name), text)
  }
}

function formatServer(port: number, adminPort: number, setup: TomcatSetup): string {
  const { threads = 8, manager = true, tls } = setup
  const own =
    tls === undefined
      ? '/>'
      : `SSLEnabled="true" scheme="https" secure="true">
      <SSLHostConfig><Certificate certificateKeystoreFile="${tls.keystore}" certificateKeystorePassword="changeit" type="EC"/></SSLHostConfig>
    </Connector>`
  const application = `<Context path="/manager" docBase="${MANAGER_APPLICATION}" privileged="true"/>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment with password="of-the-comment" -->
<Server port="-1" shutdown="SHUTDOWN">
  <Service name="Catalina">
    <Connector port="${port}" address="127.0.0.1" protocol="HTTP/1.1" maxThreads="${threads}" minSpareThreads="2" ${own}
    <Connector port="${adminPort}" address="127.0.0.1" protocol="HTTP/1.1" maxThreads="8" minSpareThreads="2"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Realm className="org.apache.catalina.realm.LockOutRealm">
        <Realm className="org.apache.catalina.realm.MemoryRealm"/>
      </Realm>
      <Host name="localhost" appBase="webapps">
        <Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="access" suffix=".log" rotatable="false" buffered="false" pattern="%u &quot;%r&quot; %s"/>
        ${manager ? application : ''}
      </Host>
    </Engine>
  </Service>
</Server>
`
}

const USERS = `<tomcat-users>
  <user username="status" password="secret-of-status" roles="manager-status"/>
  <user username="jmx" password="secret-of-jmx" roles="manager-status,manager-jmx"/>
  <user username="nobody" password="secret-of-nobody" roles=""/>
</tomcat-users>
`

const APPLICATIONS: Readonly<Record<string, string>> = {
  'webapps/ROOT/index.html': '<p>up</p>\n',
  // Waits for release.jsp, thirty seconds at most: a thread stays busy meanwhile.
  'webapps/app/hold.jsp': `<%@ page session="false" %><%
java.util.concurrent.CountDownLatch gate;
synchronized (application) {
  gate = (java.util.concurrent.CountDownLatch) application.getAttribute("gate");
  if (gate == null) application.setAttribute("gate", gate = new java.util.concurrent.CountDownLatch(1));
}
gate.await(30, java.util.concurrent.TimeUnit.SECONDS);
%>held`,
  'webapps/app/release.jsp': `<%@ page session="false" %><%
synchronized (application) {
  java.util.concurrent.CountDownLatch gate = (java.util.concurrent.CountDownLatch) application.getAttribute("gate");
  application.removeAttribute("gate");
  if (gate != null) gate.countDown();
}
%>released`,
  'webapps/app/session.jsp': '<%@ page session="true" %><%= session.getId() %>',
  'webapps/app/fail.jsp': '<%@ page session="false" %><% response.sendError(500); %>',
  // The pool is DBCP's own; the driver behind it a stand-in, for no JDBC driver is at hand.
  'webapps/app/pool.jsp': `<%@ page session="false" %><%
org.apache.tomcat.dbcp.dbcp2.BasicDataSource pool = (org.apache.tomcat.dbcp.dbcp2.BasicDataSource)
  new javax.naming.InitialContext().lookup("java:comp/env/jdbc/orders");
pool.setDriver((java.sql.Driver) java.lang.reflect.Proxy.newProxyInstance(
  getClass().getClassLoader(), new Class[] { java.sql.Driver.class }, (proxy, method, given) ->
    !method.getName().equals("connect") ? null : java.lang.reflect.Proxy.newProxyInstance(
      getClass().getClassLoader(), new Class[] { java.sql.Connection.class }, (self, asked, with) -> {
        Class<?> type = asked.getReturnType();
        return type == boolean.class ? (Object) Boolean.valueOf(asked.getName().equals("isValid"))
          : type == int.class ? (Object) Integer.valueOf(System.identityHashCode(self)) : null;
      })));
for (int count = Integer.parseInt(request.getParameter("take")); count > 0; count--) pool.getConnection();
%>taken`,
  'webapps/app/META-INF/context.xml': `<Context>
  <Resource name="jdbc/orders" type="javax.sql.DataSource" factory="org.apache.tomcat.dbcp.dbcp2.BasicDataSourceFactory"
    url="jdbc:stand-in:orders" username="app" password="secret-of-orders" maxTotal="5" maxIdle="2"/>
</Context>
`,
  'webapps/broken/WEB-INF/web.xml': `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <listener><listener-class>no.such.Listener</listener-class></listener>
</web-app>
`,
}
