import { expect, test } from 'vitest'
import { toStatementError } from './to-statement-error.ts'

test.each([
  [1142, "SELECT command denied to user 'wardround'@'10.0.0.8' for table 'user'", 'denied', 'user'],
  [1142, "SELECT command denied to user 'w'@'h' for table `mysql`.`user`", 'denied', 'user'],
  [
    1143,
    "SELECT command denied to user 'w'@'h' for column 'Host' in table 'user'",
    'denied',
    'user',
  ],
  [
    1227,
    'Access denied; you need (at least one of) the PROCESS privilege(s) for this operation',
    'denied',
    'PROCESS',
  ],
  [
    1227,
    'Access denied; you need (at least one of) the SUPER, REPLICATION CLIENT privilege(s) for this operation',
    'denied',
    'REPLICATION CLIENT',
  ],
  [1146, "Table 'performance_schema.metadata_locks' doesn't exist", 'missing', undefined],
  [
    3024,
    'Query execution was interrupted, maximum statement execution time exceeded',
    'timeout',
    undefined,
  ],
  [1969, 'Query execution was interrupted (max_statement_time exceeded)', 'timeout', undefined],
  [1205, 'Lock wait timeout exceeded; try restarting transaction', 'timeout', undefined],
  [4031, 'The client was disconnected by the server because of inactivity.', 'lost', undefined],
  [1064, 'You have an error in your SQL syntax', 'other', undefined],
  [
    28,
    'Disk full (/tmp/#sql-temptable-2-5-f1.MAI); waiting for someone to free',
    'other',
    undefined,
  ],
] as const)('%i %s: %s', (errno, message, failure, object) => {
  const error = toStatementError(Object.assign(new Error(message), { errno }))
  expect(error).toMatchObject({ failure, object, vendorCode: String(errno), message })
})

test.each([
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'silent'],
  ['PROTOCOL_CONNECTION_LOST', 'lost'],
  ['ECONNRESET', 'lost'],
  [undefined, 'lost'],
])('%s: %s', (code, failure) => {
  expect(toStatementError(Object.assign(new Error('why'), { code })).failure).toBe(failure)
})
