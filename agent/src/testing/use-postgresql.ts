import { afterAll, beforeAll, beforeEach } from 'vitest'

import { CREATE_ACCOUNT, NO_POSTGRESQL } from './open-postgresql.ts'
import { PostgresqlServer, type PostgresqlServerOptions } from './postgresql-server.ts'

/** The one server of a test file, there in its tests and hooks. */
export interface UsedPostgresql {
  readonly server: PostgresqlServer
}

/** Starts a real PostgreSQL with the agent's account before the tests of this file, and stops it after them; without one they are skipped. */
export function usePostgresql(
  options: PostgresqlServerOptions = {},
  prepare: (server: PostgresqlServer) => Promise<unknown> = async () => undefined,
): UsedPostgresql {
  let started: PostgresqlServer | undefined
  beforeAll(async () => {
    if (NO_POSTGRESQL !== undefined) return
    started = await PostgresqlServer.start(options)
    await started.sql(CREATE_ACCOUNT)
    await prepare(started)
  })
  afterAll(() => started?.[Symbol.asyncDispose]())
  beforeEach(({ skip }) => skip(NO_POSTGRESQL !== undefined, NO_POSTGRESQL))
  return {
    get server() {
      if (started === undefined) throw new Error('the server is there in tests and hooks only')
      return started
    },
  }
}
