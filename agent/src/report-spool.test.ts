import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { spoolOf, spoolReport, takeReports } from './report-spool.ts'

let state: string

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'spool-'))
})
afterEach(() => rm(state, { recursive: true, force: true }))

/** Takes them as one who keeps them. */
async function take(source: string, from = state): Promise<readonly unknown[]> {
  const taken = await takeReports(from, source)
  await taken.forget()
  return taken.reports
}

test('what is put down is taken once, by its own job', async () => {
  await spoolReport(state, 'his-full', { id: 'a' })
  await spoolReport(state, 'his-full', { id: 'b' })
  await spoolReport(state, 'his', { id: 'c' })
  expect((await stat(spoolOf(state))).mode & 0o777).toBe(0o700)
  expect(await take('his')).toEqual([{ id: 'c' }])
  expect(await take('his-full')).toEqual([{ id: 'a' }, { id: 'b' }])
  expect(await take('his-full')).toEqual([])
  expect(await readdir(spoolOf(state))).toEqual([])
})

test('a later report of the same run takes its place', async () => {
  await spoolReport(state, 'his', { id: 'a' })
  const ended = { id: 'a', status: 'ok' }
  await spoolReport(state, 'his', ended)
  expect(await take('his')).toEqual([ended])
})

test('what was taken and not kept is taken again', async () => {
  await spoolReport(state, 'his', { id: 'a' })
  await takeReports(state, 'his')
  expect(await take('his')).toEqual([{ id: 'a' }])
  expect(await take('his')).toEqual([])
})

test('the end of a run that comes while its start is being kept is not forgotten with it', async () => {
  const running = { id: 'a', status: 'running' }
  const ended = { id: 'a', status: 'ok' }
  await spoolReport(state, 'his', running)
  const taken = await takeReports(state, 'his')
  expect(taken.reports).toEqual([running])
  await spoolReport(state, 'his', ended)
  await taken.forget()
  expect(await take('his')).toEqual([ended])
})

test('torn and huge files are thrown away', async () => {
  await spoolReport(state, 'his', { id: 'a' })
  await writeFile(join(spoolOf(state), 'his@torn.json'), '{"id":')
  await writeFile(join(spoolOf(state), 'his@huge.json'), `"${'x'.repeat(100_000)}"`)
  expect(await take('his')).toEqual([{ id: 'a' }])
  expect(await readdir(spoolOf(state))).toEqual([])
})

test('without a state directory nothing is made', async () => {
  await expect(spoolReport(join(state, 'none'), 'his', { id: 'a' })).rejects.toThrow('ENOENT')
  expect(await take('his', join(state, 'none'))).toEqual([])
})
