import { expect, test } from 'vitest'

import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql, PASSWORD } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import wal from './wal.ts'

const used = usePostgresql({}, (server) =>
  server.sql(`CREATE ROLE bare LOGIN PASSWORD '${PASSWORD}'`),
)

describeProbe(wal, { open: () => openPostgresql(used.server) })

test('without pg_monitor goes on with what it may read, and names the grant', async () => {
  await using opened = await openPostgresql(used.server, { user: 'bare' })
  const { samples, remarks } = await sampleOnce(wal, opened.session)
  expect(samples).toHaveLength(1)
  expect(samples[0]?.fields['written_bytes_total']).toBeGreaterThan(0)
  expect(remarks).toHaveLength(1)
  expect(remarks[0]?.zh).toMatch(/postgresql\.wal\.files.*pg_ls_waldir.*GRANT pg_monitor TO bare/)
})

test('before 14 there is the position alone', async () => {
  const session = new AnsweringPostgresql('13.14', {
    'postgresql.wal.files': [{ wal_files: '3', wal_bytes: '50331648' }],
    'postgresql.wal.written': [
      { position: '123456789', records: null, full_pages: null, buffers_full: null },
    ],
  })
  const { samples } = await sampleOnce(wal, session)
  expect(Object.assign({}, ...samples.map(({ fields }) => fields))).toEqual({
    wal_files: 3,
    wal_bytes: 50_331_648,
    written_bytes_total: 123_456_789,
  })
})
