import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseManifest } from './check-manifest.ts'

/** As pg_basebackup of PostgreSQL 13 and later writes it. */
const BODY = `{ "PostgreSQL-Backup-Manifest-Version": 1,
"Files": [
{ "Path": "backup_label", "Size": 225, "Last-Modified": "2026-11-22 02:00:00 GMT", "Checksum-Algorithm": "CRC32C", "Checksum": "ae0d7f4c" },
{ "Path": "base/1/112", "Size": 8192, "Last-Modified": "2026-11-22 02:00:00 GMT" }
],
"WAL-Ranges": [
],
`
const sum = createHash('sha256').update(BODY).digest('hex')
const MANIFEST = `${BODY}"Manifest-Checksum": "${sum}"}\n`

test('the files that it lists', () => {
  expect(parseManifest(MANIFEST)).toEqual([
    { path: 'backup_label', bytes: 225 },
    { path: 'base/1/112', bytes: 8192 },
  ])
})

test('with another size in it, it is none', () => {
  expect(parseManifest(MANIFEST.replace('8192', '8193'))).toBeUndefined()
})

test('cut off anywhere, or with any byte changed, it is none', () => {
  const at = fc.nat(MANIFEST.length - 4)
  fc.assert(
    fc.property(at, (end) => {
      expect(parseManifest(MANIFEST.slice(0, end))).toBeUndefined()
      const other = MANIFEST[end] === 'x' ? 'y' : 'x'
      expect(
        parseManifest(MANIFEST.slice(0, end) + other + MANIFEST.slice(end + 1)),
      ).toBeUndefined()
    }),
    { numRuns: 200 },
  )
})
