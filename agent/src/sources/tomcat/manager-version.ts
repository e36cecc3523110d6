/** What the manager's page says of the server. */
export interface ManagerVersion {
  /** `Apache Tomcat/10.1.60 (Debian)`. */
  readonly server: string
  readonly jvm: string | undefined
  readonly jvmVendor: string | undefined
  readonly os: string | undefined
  readonly osVersion: string | undefined
  readonly architecture: string | undefined
}

const CELL = /<td class="row-center"><small>([^<]{0,200})<\/small><\/td>/g
const SERVER = /^Apache Tomcat\//

/**
 * Reads the row of /manager/status that follows its headings: the headings are in the server's language, the order of the cells is the
 * same in 7 to 11. Undefined where there is no such row.
 */
export function parseManagerVersion(html: string): ManagerVersion | undefined {
  const cells = [...html.matchAll(CELL)].map(([, cell = '']) => cell.trim())
  const at = cells.findIndex((cell) => SERVER.test(cell))
  if (at === -1) return undefined
  const [server = '', jvm, jvmVendor, os, osVersion, architecture] = cells.slice(at)
  return { server, jvm, jvmVendor, os, osVersion, architecture }
}
