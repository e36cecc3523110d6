import type { Statement } from '../../statement.ts'

/** Cures of a missing role, as lines of conf/tomcat-users.xml; `wardround` stands for the account. */
const STATUS_ROLE =
  'conf/tomcat-users.xml: <user username="wardround" password="…" roles="manager-status"/>'
const JMX_ROLE =
  'conf/tomcat-users.xml: <user username="wardround" password="…" roles="manager-status,manager-jmx"/>'

/** Longest wait for an answer: well within the probes' twelve seconds, several of them one after the other. */
const TIMEOUT_MS = 5_000

/**
 * A GET of the manager. `/manager` stands for the option `manager`.
 * @param where traits that the manager must have
 */
function managerStatement(id: string, path: string, where?: Statement['where']): Statement {
  return {
    id,
    text: `GET /manager/${path}`,
    ...(where === undefined ? {} : { where }),
    reads: [`/manager/${path} (manager-status)`],
    grants: [STATUS_ROLE],
    cost: 'cheap',
    timeoutMs: TIMEOUT_MS,
  }
}

/** Reads MBeans that match a pattern of at least a `type` key: jmxproxy `qry`, which writes and invokes nothing. */
export function beanQuery(id: string, pattern: string): Statement {
  return jmxStatement(id, `qry=${pattern}`, pattern)
}

/** Reads one attribute of one MBean: jmxproxy `get`. */
export function beanAttribute(id: string, bean: string, attribute: string): Statement {
  return jmxStatement(id, `get=${bean}&att=${attribute}`, `${bean} ${attribute}`)
}

function jmxStatement(id: string, query: string, bean: string): Statement {
  return {
    id,
    text: `GET /manager/jmxproxy/?${query}`,
    reads: [`MBean ${bean} (manager-jmx)`],
    grants: [JMX_ROLE],
    cost: 'cheap',
    timeoutMs: TIMEOUT_MS,
  }
}

/** The page that says whether Tomcat answers; without a password. `/` stands for the option `page`. */
export const PAGE: Statement = {
  id: 'tomcat.up.page',
  text: 'GET /',
  reads: ['page'],
  grants: [],
  cost: 'cheap',
  timeoutMs: TIMEOUT_MS,
}

/** The manager's page, which names the versions of Tomcat and Java. The first thing that is asked with the password. */
export const LOGON: Statement = { ...managerStatement('tomcat.logon', 'status'), isNeeded: true }

/** Whether the manager writes JSON that can be read: releases that don't know the word ignore it. */
export const FORMAT: Statement = {
  ...managerStatement('tomcat.logon.format', 'status/all?JSON=true'),
  isNeeded: true,
}

/** Memory, connectors, and from JSON the contexts too. Variants by the trait `status`. */
export const STATUS: readonly Statement[] = [
  managerStatement('tomcat.status', 'status/all?JSON=true', { status: ['json'] }),
  managerStatement('tomcat.status', 'status/all?XML=true', { status: ['xml'] }),
]

/** What the source sends beside its probes' own statements. */
export const TOMCAT_STATEMENTS: readonly Statement[] = [PAGE, LOGON, FORMAT, ...STATUS]
