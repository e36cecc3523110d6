import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProbeError } from '../../probe.ts'
import { parseFind } from '../../sources/reach/count-files.ts'
import { reachSource } from '../../sources/reach.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import filecount from './filecount.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'filecount-'))
  await mkdir(join(directory, 'below/deeper'), { recursive: true })
  const files = {
    'a.csv': 10,
    'b.csv': 20,
    'c.txt': 40,
    'line\nbreak.csv': 80,
    'below/deeper/d.csv': 160,
  }
  for (const [name, size] of Object.entries(files)) {
    await writeFile(join(directory, name), Buffer.alloc(size))
    await utimes(join(directory, name), 1_700_000_000 + size, 1_700_000_000 + size)
  }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const open = async (...entries: readonly object[]) =>
  reachSource.open(await makeSourceContext({ options: { filecount: entries } }))

async function look(...entries: readonly object[]) {
  await using opened = await open(...entries)
  return await sampleOnce(filecount, opened.session, { timeMs: 1_700_001_000_000 })
}

describe.skipIf(process.platform !== 'linux')('filecount', () => {
  describeProbe(filecount, { open: () => open({ directory }) })

  test('counts what is in the directory itself', async () => {
    const { samples } = await look({ directory, pattern: '*.csv' })
    expect(samples).toEqual([
      {
        measurement: 'filecount',
        tags: { directory, pattern: '*.csv' },
        fields: {
          count: 3,
          size_bytes: 110,
          oldest_file_timestamp: 1_700_000_010e9,
          newest_file_timestamp: 1_700_000_080e9,
          oldest_file_age_seconds: 990,
          newest_file_age_seconds: 920,
          directory_ok: 1,
        },
      },
    ])
  })

  test('and what lies below it', async () => {
    const { samples } = await look({ directory, recursive: true })
    expect(samples[0]?.fields).toMatchObject({ count: 5, size_bytes: 310 })
  })

  test('an empty one has a count and no times; one that is not there has no count', async () => {
    const { samples, remarks } = await look(
      { directory, pattern: '*.none' },
      { directory: join(directory, 'missing') },
    )
    const missing = samples.find(({ tags }) => tags['pattern'] === '*')
    const empty = samples.find(({ tags }) => tags['pattern'] === '*.none')
    expect(empty?.fields).toMatchObject({
      count: 0,
      newest_file_timestamp: undefined,
      directory_ok: 1,
    })
    expect(missing?.fields).toEqual({ directory_ok: 0 })
    expect(remarks[0]?.en).toContain('No such file')
  })

  test('one that hangs costs the others nothing', async () => {
    await using opened = await open({ directory: '/hung' }, { directory })
    const { session } = opened
    const hung = {
      run: () => Promise.reject(new ProbeError('NOT_ANSWERING', { zh: '挂起', en: 'it hangs' })),
    }
    const entries = session.filecount.map((entry, at) =>
      at === 0 ? { ...entry, commands: hung } : entry,
    )
    const { samples, remarks } = await sampleOnce(filecount, { ...session, filecount: entries })
    expect(samples.find(({ tags }) => tags['directory'] === '/hung')?.fields).toEqual({
      directory_ok: 0,
    })
    expect(samples.find(({ tags }) => tags['directory'] === directory)?.fields['count']).toBe(4)
    expect(remarks).toEqual([{ zh: '挂起', en: 'it hangs' }])
  })
})

test('any output is a count', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const { count, sizeBytes } = parseFind(lines.join('\n'))
      expect(count).toBeLessThanOrEqual(lines.join('\n').split(/[\n\r\u2028\u2029]/).length)
      expect(Number.isFinite(sizeBytes)).toBe(true)
    }),
  )
})
