import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MYSQL_8_4 } from '../../testing/mysql-answers.ts'
import schema from './schema.ts'

const answering = (rows: readonly Record<string, unknown>[]) =>
  new AnsweringSession(MYSQL_8_4, { 'mysql.schema': rows })

test('gives sizes as MySQL sums them, as texts and beyond 2^53', async () => {
  const { samples } = await sampleOnce(
    schema,
    answering([
      {
        schema_name: 'his',
        table_count: 5000,
        data_bytes: '18014398509481985',
        index_bytes: '1024',
        free_bytes: '0',
      },
    ]),
  )
  expect(samples).toEqual([
    {
      measurement: 'mysql_schema',
      tags: { instance: 'hcdb1', schema: 'his' },
      fields: { data_bytes: 2 ** 54, index_bytes: 1024, free_bytes: 0, tables: 5000 },
    },
  ])
})

test('sizes that the engine does not know are missing', async () => {
  const row = {
    schema_name: 'x',
    table_count: 1,
    data_bytes: null,
    index_bytes: null,
    free_bytes: null,
  }
  const { samples } = await sampleOnce(schema, answering([row]))
  expect(samples[0]?.fields).toEqual({
    data_bytes: undefined,
    index_bytes: undefined,
    free_bytes: undefined,
    tables: 1,
  })
})

test('no table at all is a missing grant', async () => {
  await expect(sampleOnce(schema, answering([]))).rejects.toMatchObject({
    code: 'NOT_PERMITTED',
    text: {
      zh: expect.stringContaining('GRANT SHOW VIEW'),
      en: expect.stringContaining('GRANT SHOW VIEW'),
    },
  })
})
