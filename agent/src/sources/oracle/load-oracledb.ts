import type { OracleModule } from './oracle-module.ts'

/** Where the Oracle Client of thick mode is, and the .node file through which node-oracledb speaks to it. */
export interface ClientDirectories {
  readonly libDir?: string
  readonly configDir?: string
  readonly binaryDir?: string
}

/**
 * Loads node-oracledb, 10 MB, when a first session is wanted.
 * @param client thick mode, for this whole process
 * @throws an error of node-oracledb where there is no client, or it can't be loaded
 */
export async function loadOracledb(client?: ClientDirectories): Promise<OracleModule> {
  const { default: oracledb } = await import('oracledb')
  if (client !== undefined) oracledb.initOracleClient(client)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types have overloads that no structural subset can name
  return oracledb as unknown as OracleModule
}
