import { listStatements } from '../listed-statements.ts'
import type { Probe } from '../probe.ts'
import config from '../probes/tomcat/config.ts'
import connector from '../probes/tomcat/connector.ts'
import context from '../probes/tomcat/context.ts'
import datasource from '../probes/tomcat/datasource.ts'
import gc from '../probes/tomcat/gc.ts'
import jvmMemory from '../probes/tomcat/jvm-memory.ts'
import thread from '../probes/tomcat/thread.ts'
import up from '../probes/tomcat/up.ts'
import { tomcatSource } from '../sources/tomcat.ts'
import type { Statement } from '../statement.ts'

/** Those that send something over HTTP, and the inventory. */
export const TOMCAT_PROBES: readonly Probe[] = [
  up,
  jvmMemory,
  connector,
  context,
  gc,
  thread,
  datasource,
  config,
]

export function listTomcatStatements(): readonly Statement[] {
  return listStatements(tomcatSource, TOMCAT_PROBES).map(({ statement }) => statement)
}
