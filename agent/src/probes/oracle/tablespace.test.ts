import { describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import tablespace from './tablespace.ts'

const GB = 1024 ** 3

function files(name: string, given: Row = {}): Row {
  return {
    CON_ID: 0,
    TABLESPACE_NAME: name,
    CONTENTS: 'PERMANENT',
    STATUS: 'ONLINE',
    RETENTION: 'NOT APPLY',
    FILES: 2,
    OFFLINE_FILES: 0,
    FILE_BYTES: 10 * GB,
    MAX_BYTES: 64 * GB,
    AUTOEXTENSIBLE: 'YES',
    ...given,
  }
}

const TEMP = files('TEMP', { CONTENTS: 'TEMPORARY', FILES: 1, MAX_BYTES: 32 * GB })
const UNDO = files('UNDOTBS1', {
  CONTENTS: 'UNDO',
  MAX_BYTES: 10 * GB,
  AUTOEXTENSIBLE: 'NO',
  RETENTION: 'NOGUARANTEE',
})
const ANSWERS: Answers = {
  'oracle.tablespace.files': [files('USERS'), UNDO],
  'oracle.tablespace.temp-files': [TEMP],
  'oracle.tablespace.free': [{ CON_ID: 0, TABLESPACE_NAME: 'USERS', FREE_BYTES: 2 * GB }],
  'oracle.tablespace.undo': [
    { CON_ID: 0, TABLESPACE_NAME: 'UNDOTBS1', ACTIVE_BYTES: GB, UNEXPIRED_BYTES: 4 * GB },
  ],
  'oracle.tablespace.temp': [{ CON_ID: 0, TABLESPACE_NAME: 'TEMP', USED_BYTES: 8 * GB }],
}

const answer = (answers: Answers = {}, facts = oracleFacts()) =>
  new AnsweringOracle(facts, { ...ANSWERS, ...answers })

async function fieldsOf(name: string, answers: Answers = {}, facts = oracleFacts()) {
  const { samples } = await sampleOnce(tablespace, answer(answers, facts))
  return samples.find(({ tags }) => tags['tablespace'] === name)?.fields
}

describeProbe(tablespace, { open: async () => answer() })

describe('tablespaces', () => {
  test('permanent: used of the files and of what they may grow to', async () => {
    const { samples } = await sampleOnce(tablespace, answer())
    expect(samples[0]).toEqual({
      measurement: 'oracle_tablespace',
      tags: { database: 'hcdb', pdb: '', tablespace: 'USERS', contents: 'PERMANENT' },
      fields: {
        file_bytes: 10 * GB,
        max_bytes: 64 * GB,
        used_bytes: 8 * GB,
        free_bytes: 2 * GB,
        undo_held_bytes: undefined,
        used_percent_of_file: 80,
        used_percent_of_max: 12.5,
        undo_held_percent_of_max: undefined,
        status: 1,
        autoextensible: 1,
        files: 2,
        offline_files: 0,
      },
    })
  })

  test('undo: active and unexpired extents, and what of it can’t be written over', async () => {
    expect(await fieldsOf('UNDOTBS1')).toMatchObject({
      used_bytes: 5 * GB,
      undo_held_bytes: GB,
      free_bytes: 5 * GB,
      used_percent_of_max: 50,
      undo_held_percent_of_max: 10,
      autoextensible: 0,
    })
  })

  test('undo with guaranteed retention: unexpired extents can’t be written over either', async () => {
    const guaranteed = { ...UNDO, RETENTION: 'GUARANTEE' }
    expect(await fieldsOf('UNDOTBS1', { 'oracle.tablespace.files': [guaranteed] })).toMatchObject({
      used_percent_of_max: 50,
      undo_held_percent_of_max: 50,
    })
  })

  test('temporary: what sorts hold now, in percent like the others', async () => {
    expect(await fieldsOf('TEMP')).toMatchObject({
      used_bytes: 8 * GB,
      used_percent_of_file: 80,
      used_percent_of_max: 25,
      undo_held_bytes: undefined,
    })
  })

  test('without a free extent is full, not unknown', async () => {
    const fields = await fieldsOf('USERS', { 'oracle.tablespace.free': [] })
    expect(fields).toMatchObject({ used_bytes: 10 * GB, free_bytes: 0, used_percent_of_file: 100 })
  })

  test('undo and temporary ones that nothing uses are empty', async () => {
    const answers = { 'oracle.tablespace.undo': [], 'oracle.tablespace.temp': [] }
    expect(await fieldsOf('UNDOTBS1', answers)).toMatchObject({
      used_bytes: 0,
      undo_held_bytes: 0,
    })
    expect(await fieldsOf('TEMP', answers)).toMatchObject({ used_bytes: 0, used_percent_of_max: 0 })
  })

  test('offline: the status, and no space that nobody can know', async () => {
    const offline = files('USERS', {
      STATUS: 'OFFLINE',
      OFFLINE_FILES: 2,
      FILE_BYTES: null,
      MAX_BYTES: null,
      AUTOEXTENSIBLE: null,
    })
    const answers = { 'oracle.tablespace.files': [offline], 'oracle.tablespace.free': [] }
    expect(await fieldsOf('USERS', answers)).toEqual({
      file_bytes: undefined,
      max_bytes: undefined,
      used_bytes: undefined,
      free_bytes: undefined,
      undo_held_bytes: undefined,
      used_percent_of_file: undefined,
      used_percent_of_max: undefined,
      undo_held_percent_of_max: undefined,
      status: 2,
      autoextensible: undefined,
      files: 2,
      offline_files: 2,
    })
  })

  test('read only, with a file that is offline: the others count', async () => {
    const readOnly = files('USERS', { STATUS: 'READ ONLY', OFFLINE_FILES: 1 })
    expect(await fieldsOf('USERS', { 'oracle.tablespace.files': [readOnly] })).toMatchObject({
      status: 3,
      offline_files: 1,
      used_bytes: 8 * GB,
    })
  })

  test('a file that shrank or grew between two statements gives no nonsense', async () => {
    const more = [{ CON_ID: 0, TABLESPACE_NAME: 'USERS', FREE_BYTES: 11 * GB }]
    expect(await fieldsOf('USERS', { 'oracle.tablespace.free': more })).toMatchObject({
      used_bytes: 0,
      free_bytes: 10 * GB,
    })
    const larger = [{ CON_ID: 0, TABLESPACE_NAME: 'TEMP', USED_BYTES: 12 * GB }]
    expect(await fieldsOf('TEMP', { 'oracle.tablespace.temp': larger })).toMatchObject({
      used_bytes: 10 * GB,
      used_percent_of_file: 100,
    })
  })

  test('a bigfile of more bytes than a double holds, and names padded with blanks', async () => {
    const big = files('USERS   ', {
      FILE_BYTES: '9007199254740993',
      MAX_BYTES: '18014398509481986',
    })
    expect(await fieldsOf('USERS', { 'oracle.tablespace.files': [big] })).toMatchObject({
      file_bytes: 9_007_199_254_740_992,
      max_bytes: 18_014_398_509_481_984,
      used_percent_of_max: expect.closeTo(50, 3) as number,
    })
  })
})

describe('containers', () => {
  const ROOT = oracleFacts({ container: 'root' })
  const CONTAINERS = [
    { CON_ID: 1, NAME: 'CDB$ROOT' },
    { CON_ID: 2, NAME: 'PDB$SEED' },
    { CON_ID: 3, NAME: 'HIS' },
  ]
  const IN_ROOT: Answers = {
    'oracle.tablespace.containers': CONTAINERS,
    'oracle.tablespace.files': [1, 2, 3].map((id) => files('SYSTEM', { CON_ID: id })),
    'oracle.tablespace.temp-files': [],
    'oracle.tablespace.free': [
      { CON_ID: 1, TABLESPACE_NAME: 'SYSTEM', FREE_BYTES: GB },
      { CON_ID: 3, TABLESPACE_NAME: 'SYSTEM', FREE_BYTES: 5 * GB },
    ],
  }

  test('in the root the same name is another tablespace in each, and the seed is none', async () => {
    const session = answer(IN_ROOT, ROOT)
    const { samples } = await sampleOnce(tablespace, session)
    expect(samples.map(({ tags, fields }) => [tags['pdb'], fields['used_bytes']])).toEqual([
      ['CDB$ROOT', 9 * GB],
      ['HIS', 5 * GB],
    ])
    for (const { statement } of session.sent.slice(1)) expect(statement.text).toMatch(/\bCDB_/)
  })

  test('in a PDB it is that one, read from DBA views', async () => {
    const facts = oracleFacts({ container: 'pdb', version: '12.1.0.2.0' })
    const session = answer({ 'oracle.tablespace.containers': [{ CON_ID: 0, NAME: 'HIS' }] }, facts)
    const { samples } = await sampleOnce(tablespace, session)
    expect(new Set(samples.map(({ tags }) => tags['pdb']))).toEqual(new Set(['HIS']))
    for (const { statement } of session.sent) expect(statement.text).not.toMatch(/\bCDB_/)
  })

  test('where the names of containers may not be read, nothing is sent under a wrong one', async () => {
    const denied = new ProbeError('NOT_PERMITTED', 'V$CONTAINERS')
    const session = answer({ ...IN_ROOT, 'oracle.tablespace.containers': denied }, ROOT)
    await expect(sampleOnce(tablespace, session)).rejects.toThrow('V$CONTAINERS')
  })
})

describe('what can’t be read', () => {
  const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'lacks a grant' })

  test('without DBA_FREE_SPACE the sizes and the other kinds still come', async () => {
    const { samples, remarks } = await sampleOnce(
      tablespace,
      answer({ 'oracle.tablespace.free': denied }),
    )
    expect(samples.map(({ fields }) => fields['used_bytes'])).toEqual([undefined, 5 * GB, 8 * GB])
    expect(samples[0]?.fields['max_bytes']).toBe(64 * GB)
    expect(remarks).toEqual([{ zh: '缺少权限', en: 'lacks a grant' }])
  })

  test('a timeout on a full recycle bin is reported, after the rest was sent', async () => {
    const late = new ProbeError('DEADLINE', 'cancelled after 60 s')
    const sent: string[] = []
    const running = tablespace.sample({
      session: answer({ 'oracle.tablespace.free': late }),
      options: {},
      memory: undefined,
      timeMs: 0,
      monotonicMs: 0,
      signal: new AbortController().signal,
      emit: (_name, tags) => sent.push(String(tags['tablespace'])),
      emitDocument: () => undefined,
      emitEvent: () => undefined,
      remark: () => undefined,
    })
    await expect(running).rejects.toThrow('cancelled after 60 s')
    expect(sent).toEqual(['USERS', 'UNDOTBS1', 'TEMP'])
  })

  test('a size that is no number is refused with its column', async () => {
    const broken = [files('USERS', { FILE_BYTES: 'much' })]
    await expect(fieldsOf('USERS', { 'oracle.tablespace.files': broken })).rejects.toThrow(
      /FILE_BYTES/,
    )
  })
})

test('500 tablespaces of 5,000 files are five statements', async () => {
  const names = Array.from({ length: 500 }, (_, at) => `TS${at}`)
  const session = answer({
    'oracle.tablespace.files': names.map((name) => files(name, { FILES: 10 })),
    'oracle.tablespace.free': names.map((TABLESPACE_NAME) => ({
      CON_ID: 0,
      TABLESPACE_NAME,
      FREE_BYTES: GB,
    })),
  })
  const { samples } = await sampleOnce(tablespace, session)
  expect(samples.length).toBe(501)
  expect(session.sent.length).toBe(5)
})
