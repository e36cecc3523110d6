import * as fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { answerRequest } from './answer-request.ts'
import { StandInMachine } from './testing/stand-in-machine.ts'

/** Every call that may ever be made. */
const ALLOWED = [
  /^<smartctl><--json=c><--scan>$/,
  /^<smartctl><--json=c><-a><-n><standby,3>(<-d><((sat\+)?megaraid|cciss),(\d{1,2}|1[01]\d|12[0-7])>)?<\/dev\/(sd[a-z]{1,3}|nvme\d{1,3}(n\d{1,3})?|bus\/\d{1,3})>$/,
  /^<storcli64><\/call><show><all><J><nolog>$/,
  /^<storcli64><\/call\/eall\/sall><show><all><J><nolog>$/,
  /^<ssacli><ctrl><all><show><config><detail>$/,
  /^<arcconf><GETCONFIG><([1-9]|1[0-6])><AL>$/,
  /^<dmsetup><(status|table)><--target><multipath>$/,
  /^<vgs><--reportformat><json><--units><b><--nosuffix><--readonly><-o><vg_name,vg_size,vg_free,vg_attr,vg_missing_pv_count>$/,
]

const COMMANDS = [
  'smart-scan',
  'smart-read',
  'storcli-controllers',
  'storcli-drives',
  'ssacli-config',
  'arcconf-config',
  'multipath-status',
  'multipath-table',
  'volume-groups',
  'shadow-ages',
]

const NAMES = fc.oneof(
  fc.constantFrom('/dev/sda', '/dev/nvme0', '/dev/bus/0', '/dev/sdaaa', '/dev/nvme0n1'),
  fc.constantFrom('/tmp/dev/sda', '-x/dev/sda', ' /dev/sda', '/dev/sdaaaa', '/dev/sda/x'),
  fc.constantFrom('/dev/sda1', '/dev/sda;id', '/dev/../sda', '-d', '/dev/sda\n', '/dev/dm-0', ''),
  fc.string(),
)
const TYPES = fc.oneof(
  fc.nat(200).map((number) => `megaraid,${number}`),
  fc.nat(200).map((number) => `cciss,${number}`),
  fc.constantFrom('sat', 'scsi', 'megaraid,1 -s off', 'cciss,1\n', 'sat+megaraid,5', 'auto'),
  fc.string(),
)
const MEMBERS = fc.record(
  {
    command: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...COMMANDS) },
      { weight: 8, arbitrary: fc.oneof(fc.string(), fc.jsonValue()) },
    ),
    device: fc.oneof(NAMES, fc.jsonValue()),
    type: fc.oneof(TYPES, fc.jsonValue()),
    controller: fc.oneof(fc.nat(40), fc.jsonValue()),
    args: fc.jsonValue(),
    program: fc.constantFrom('/bin/sh', '/usr/sbin/smartctl'),
  },
  { requiredKeys: [] },
)
const DISKS = fc.record(
  { command: fc.constant('smart-read'), device: NAMES, type: TYPES },
  { requiredKeys: ['command', 'device'] },
)
const LINES = fc.oneof(
  fc.string({ maxLength: 2000 }),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  MEMBERS.map((value) => JSON.stringify(value)),
  MEMBERS.map((value) => JSON.stringify(value)),
  fc
    .oneof({ weight: 1, arbitrary: DISKS }, { weight: 7, arbitrary: fc.constant({}) })
    .map((value) => JSON.stringify(value)),
)

describe('the fixed list', () => {
  test('of 10,000 fuzzed requests only calls of the list are ever made, and each is answered', async () => {
    await using machine = await StandInMachine.create()
    await writeFile(machine.shadow, 'root:$y$hash:20000:0:99999:7:::\n')
    let answered = 0
    await fc.assert(
      fc.asyncProperty(LINES, async (line) => {
        const { answer } = await answerRequest(line, machine)
        answered += 1
        expect(typeof answer.ok).toBe('boolean')
        expect(JSON.stringify(answer)).not.toContain('$y$hash')
      }),
      { numRuns: 10_000 },
    )
    expect(answered).toBeGreaterThanOrEqual(10_000)
    const calls = await machine.calls()
    expect(calls.length).toBeGreaterThan(20)
    expect(calls.filter((call) => !ALLOWED.some((allowed) => allowed.test(call)))).toEqual([])
  })

  test.each([
    { note: 'smart-scan', request: { command: 'smart-scan' } },
    { note: 'a disk', request: { command: 'smart-read', device: '/dev/sdab' } },
    {
      note: 'a disk behind a controller',
      request: { command: 'smart-read', device: '/dev/bus/0', type: 'megaraid,127' },
    },
    { note: 'arcconf', request: { command: 'arcconf-config', controller: 1 } },
    ...[
      'storcli-controllers',
      'storcli-drives',
      'ssacli-config',
      'multipath-status',
      'multipath-table',
      'volume-groups',
    ].map((command) => ({ note: command, request: { command } })),
  ])('runs $note', async ({ request }) => {
    await using machine = await StandInMachine.create()
    const { answer } = await answerRequest(JSON.stringify(request), machine)
    expect(answer).toEqual({ ok: true, exitCode: 0, stdout: 'answered\n', stderr: '' })
    const [call = '', ...more] = await machine.calls()
    expect(more).toEqual([])
    expect(ALLOWED.some((allowed) => allowed.test(call))).toBe(true)
  })

  test.each([
    '{"command":"smart-read","device":"/dev/sda","type":"megaraid,128"}',
    '{"command":"smart-read","device":"/dev/sda","args":["-s","off"]}',
    '{"command":"smart-read","device":"/dev/sda -s off"}',
    '{"command":"smart-read","device":["/dev/sda"]}',
    ...[
      '/tmp/dev/sda',
      '-x/dev/sda',
      '/dev/sda1',
      '/dev/sdaaaa',
      '/dev/sda\\n',
      '/dev/dm-0',
      '/dev/bus/0/x',
    ].map((device) => `{"command":"smart-read","device":"${device}"}`),
    ...['xmegaraid,1', 'megaraid,1x', 'megaraid,01', 'cciss,128', 'sat', ''].map(
      (type) => `{"command":"smart-read","device":"/dev/sda","type":"${type}"}`,
    ),
    '{"command":"smart-read"}',
    '{"command":"smart-scan","device":"/dev/sda"}',
    '{"command":"arcconf-config","controller":"1; id"}',
    '{"command":"__proto__"}',
    '{"command":"smart-scan"',
    '[]',
    'null',
    ' '.repeat(2000),
  ])('refuses %s', async (line) => {
    await using machine = await StandInMachine.create()
    const { answer } = await answerRequest(line, machine)
    expect(answer).toMatchObject({ ok: false, error: 'REFUSED' })
    expect(await machine.calls()).toEqual([])
  })
})

describe('a program', () => {
  const ask = { command: 'multipath-status' }

  test('that is not installed is named', async () => {
    await using machine = await StandInMachine.create()
    await machine.remove('dmsetup')
    const { answer } = await answerRequest(JSON.stringify(ask), machine)
    expect(answer).toMatchObject({ ok: false, error: 'NOT_INSTALLED' })
  })

  test('that others may write is not run', async () => {
    await using machine = await StandInMachine.create()
    await machine.install('dmsetup', 'echo x', 0o777)
    const { answer } = await answerRequest(JSON.stringify(ask), machine)
    expect(answer).toMatchObject({ ok: false, error: 'NOT_PERMITTED' })
    expect(await machine.calls()).toEqual([])
  })

  test('that floods is ended', async () => {
    await using machine = await StandInMachine.create()
    await machine.install('dmsetup', 'exec yes')
    const { answer, gone } = await answerRequest(JSON.stringify(ask), machine)
    expect(answer).toMatchObject({ ok: false, error: 'FLOOD' })
    await gone
  })

  test('is given a small fixed environment and no input', async () => {
    await using machine = await StandInMachine.create()
    await machine.install('dmsetup', 'exec 3</dev/stdin; cat; env | sort; exit 9')
    const { answer } = await answerRequest(JSON.stringify(ask), machine)
    expect(answer).toMatchObject({ ok: true, exitCode: 9 })
    expect(answer).toHaveProperty('stdout')
    const names = ('stdout' in answer ? answer.stdout : '').match(/^\w+(?==)/gm)
    expect(names?.filter((name) => !['_', 'PWD', 'OLDPWD', 'SHLVL'].includes(name))).toEqual([
      'LC_ALL',
      'PATH',
    ])
  })
})
