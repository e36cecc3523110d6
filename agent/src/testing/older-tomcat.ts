import { openTomcatSource, type OpenedTomcat } from './open-tomcat-source.ts'
import { LOGON_PAGE, StandInTomcat, STATUS_XML } from './stand-in-tomcat.ts'

const JMX = '/manager/jmxproxy/?'

/** Stands in for Tomcat 8.5: XML without contexts, MBeans as its jmxproxy writes them. */
const TOMCAT_8: Readonly<Record<string, string>> = {
  '/': 'up',
  '/manager/status': LOGON_PAGE,
  '/manager/status/all?JSON=true': LOGON_PAGE,
  '/manager/status/all?XML=true': STATUS_XML,
  [`${JMX}get=java.lang:type=Runtime&att=Uptime`]:
    "OK - Attribute get 'java.lang:type=Runtime' - Uptime = 3600500\n",
  [`${JMX}qry=java.lang:type=Memory`]:
    'OK - Number of results: 1\r\n\r\nName: java.lang:type=Memory\r\nHeapMemoryUsage: javax.management.openmbean.CompositeDataSupport(compositeType=x,contents={committed=3, init=1, max=4, used=2})\r\nNonHeapMemoryUsage: {committed=7, init=5, max=-1, used=6}\r\n',
  [`${JMX}qry=*:type=ThreadPool,name=*`]:
    'OK - Number of results: 2\n\nName: Catalina:type=ThreadPool,name="http-nio-8080"\nkeepAliveCount: 12\n\nName: Other:type=ThreadPool,name="unknown"\nkeepAliveCount: 1\n',
  [`${JMX}qry=*:type=Manager,host=*,context=*`]:
    'OK - Number of results: 1\n\nName: Catalina:type=Manager,host=localhost,context=/shop\nstateName: STARTED\nactiveSessions: 5\nmaxActive: 9\nmaxActiveSessions: -1\nsessionCounter: 20\nrejectedSessions: 1\nexpiredSessions: 14\n',
  [`${JMX}qry=java.lang:type=GarbageCollector,name=*`]:
    'OK - Number of results: 1\n\nName: java.lang:type=GarbageCollector,name=PS Scavenge\nCollectionCount: 41\nCollectionTime: 950\n',
  [`${JMX}qry=java.lang:type=Threading`]:
    'OK - Number of results: 1\n\nName: java.lang:type=Threading\nThreadCount: 61\nPeakThreadCount: 70\nAllThreadIds: Array[long] of length 2\n\t1\n\t2\n',
  [`${JMX}qry=*:type=DataSource,class=*,name=*`]:
    'OK - Number of results: 2\n\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/shared"\nactive: 10\nidle: 2\nmaxActive: 100\nwaitCount: 3\npassword: geheim\nurl: jdbc:x\n\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/unlimited"\nnumActive: 1\nnumIdle: 0\nmaxTotal: -1\n',
  [`${JMX}qry=*:type=DataSource,class=*,name=*,connectionpool=connections`]:
    'OK - Number of results: 1\n\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/unlimited",connectionpool=connections\nNumWaiters: 4\n',
  [`${JMX}qry=*:type=DataSource,host=*,context=*,class=*,name=*`]: 'OK - Number of results: 0\n\n',
  [`${JMX}qry=*:type=DataSource,host=*,context=*,class=*,name=*,connectionpool=connections`]:
    'OK - Number of results: 0\n\n',
}

/** Opens the source on the stand-in, as an account with both roles and `jmx: true` unless the test says otherwise. */
export async function openOlderTomcat(
  options: Readonly<Record<string, unknown>> = {},
): Promise<OpenedTomcat> {
  const standIn = await StandInTomcat.open(TOMCAT_8)
  const opened = await openTomcatSource({
    connect: standIn.url,
    user: 'jmx',
    password: 'geheim',
    jmx: true,
    catalinaBase: import.meta.dirname,
    ...options,
  })
  const close = () => opened[Symbol.asyncDispose]()
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await close()
      await standIn[Symbol.asyncDispose]()
    },
  }
}
