import { expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import topSql from './top-sql.ts'

const open = async () =>
  new AnsweringOracle(oracleFacts({ version: '11.2.0.4.0' }), {
    'oracle.top-sql': [
      {
        SQL_ID: '5ms6rbzdnq16t',
        SQL_TEXT: `SELECT NAME FROM PEOPLE WHERE CARD = '6222000011112222'`,
        ELAPSED_TIME: '9007199254740993',
        CPU_TIME: 1_234_567,
        EXECUTIONS: 42,
        BUFFER_GETS: 1_000,
        DISK_READS: 10,
        ROWS_PROCESSED: null,
      },
    ],
  })

describeProbe(topSql, { open })

test('sends a report of the dearest statements, without any value', async () => {
  const { samples, documents } = await sampleOnce(topSql, await open())
  expect(samples).toEqual([])
  expect(documents).toEqual([
    {
      name: 'oracle_top_sql:hcdb1',
      keep: 'newest',
      body: {
        statements: [
          {
            sqlId: '5ms6rbzdnq16t',
            text: 'SELECT NAME FROM PEOPLE WHERE CARD = ?',
            elapsedSeconds: 9_007_199_254.741,
            cpuSeconds: 1.235,
            executions: 42,
            bufferGets: 1_000,
            diskReads: 10,
            rows: null,
          },
        ],
      },
    },
  ])
})

test('sorts before it cuts, in a way that 11.2 knows', () => {
  const text = topSql.statements?.[0]?.text ?? ''
  expect(text).toMatch(/ORDER BY ELAPSED_TIME DESC\)\s+WHERE ROWNUM <= 15$/)
  expect(text).not.toContain('FETCH')
})
