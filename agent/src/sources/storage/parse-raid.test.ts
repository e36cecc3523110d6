import * as fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { ProbeError } from '../../probe.ts'
import { parseArcconf } from './parse-arcconf.ts'
import { parseSsacli } from './parse-ssacli.ts'
import { addDriveErrors, parseStorcli } from './parse-storcli.ts'
import { countDisks, type RaidController } from './raid-controller.ts'

const RECORDINGS = join(import.meta.dirname, '../../../../../shared/device-data/raid')

function storcli(data: object, status: object = { Status: 'Success', Controller: 0 }): string {
  return JSON.stringify({ Controllers: [{ 'Command Status': status, 'Response Data': data }] })
}

const DATA = {
  Basics: { Controller: 0, Model: 'Example 9361' },
  Status: { 'Controller Status': 'Needs Attention' },
  TOPOLOGY: [
    { DG: 0, Type: 'RAID5', State: 'Dgrd' },
    { DG: 0, Type: 'DRIVE', State: 'Onln', 'EID:Slot': '8:0' },
    { DG: 0, Type: 'DRIVE', State: 'Rbld', 'EID:Slot': '8:1' },
  ],
  'VD LIST': [{ 'DG/VD': '0/1', TYPE: 'RAID5', State: 'Dgrd' }],
  'PD LIST': [
    { 'EID:Slt': '8:0', State: 'Onln', Model: 'A' },
    { 'EID:Slt': '8:1', State: 'Rbld', Model: 'A' },
    { 'EID:Slt': '8:2', State: 'UBad', Model: 'A' },
    { 'EID:Slt': '8:3', State: 'GHS', Model: 'A' },
    { 'EID:Slt': '8:4', State: 'Zzzz', Model: 'A' },
  ],
  Cachevault_Info: [{ Model: 'CVPM02', State: 'Optimal' }],
}

describe('storcli', () => {
  test('tells controller, arrays, disks and battery', () => {
    const [controller] = parseStorcli(storcli(DATA))
    expect(controller).toMatchObject({
      name: 'c0',
      model: 'Example 9361',
      state: 'degraded',
      batteryOk: true,
      arrays: [{ name: '0/1', level: 'RAID5', state: 'rebuilding' }],
    })
    expect(controller?.disks.map(({ state }) => state)).toEqual([
      'active',
      'rebuilding',
      'failed',
      'spare',
      'unknown',
    ])
  })

  test.each([
    { state: 'Optl', is: 'ok' },
    { state: 'Pdgd', is: 'degraded' },
    { state: 'Rec', is: 'rebuilding' },
    { state: 'OfLn', is: 'failed' },
    { state: 'Optimum', is: 'unknown' },
    { state: '', is: 'unknown' },
  ])('an array in state "$state" is $is', ({ state, is }) => {
    const data = {
      ...DATA,
      TOPOLOGY: [],
      'VD LIST': [{ 'DG/VD': '0/0', TYPE: 'RAID1', State: state }],
    }
    expect(parseStorcli(storcli(data))[0]?.arrays[0]?.state).toBe(is)
  })

  test('an array with one disk failed and another rebuilding stays degraded', () => {
    const more = { DG: 0, Type: 'DRIVE', State: 'Msng', 'EID:Slot': '-' }
    const data = { ...DATA, TOPOLOGY: [...DATA.TOPOLOGY, more] }
    expect(parseStorcli(storcli(data))[0]?.arrays[0]?.state).toBe('degraded')
  })

  test.each([
    { word: 'Failed', ok: false },
    { word: 'Dgd', ok: false },
    { word: 'Learning', ok: undefined },
  ])('a battery that is $word', ({ word, ok }) => {
    const data = { ...DATA, Cachevault_Info: [], BBU_Info: [{ State: word }] }
    expect(parseStorcli(storcli(data))[0]?.batteryOk).toBe(ok)
  })

  test('adds errors of the drives', () => {
    const drive = (name: string, state: object) => ({
      [`Drive ${name}`]: [],
      [`Drive ${name} - Detailed Information`]: { [`Drive ${name} State`]: state },
    })
    const drives = storcli({
      ...drive('/c0/e8/s0', { 'Media Error Count': 3, 'S.M.A.R.T alert flagged by drive': 'Yes' }),
      ...drive('/c0/e8/s1', { 'Media Error Count': 4, 'Predictive Failure Count': 0 }),
    })
    const [controller] = addDriveErrors(parseStorcli(storcli(DATA)), drives)
    expect(controller).toMatchObject({ mediaErrors: 7, predictiveFailures: 1 })
    const [without] = addDriveErrors(parseStorcli(storcli(DATA)), storcli({}))
    expect(without?.mediaErrors).toBe(undefined)
  })

  test('a failure with exit status 0 is a failure; no controller is none', () => {
    const failure = { Status: 'Failure', Description: 'Un-supported command' }
    expect(() => parseStorcli(storcli({}, failure))).toThrow('Un-supported')
    const none = { Status: 'Failure', Description: 'No Controller found' }
    expect(parseStorcli(storcli({}, none))).toEqual([])
    expect(() => parseStorcli('Segmentation fault')).toThrow(ProbeError)
  })
})

const SSACLI = `
Smart Array P440ar in Slot 0 (Embedded)
   Bus Interface: PCI
   Controller Status: OK
   Cache Status: OK
   Battery/Capacitor Count: 1
   Battery/Capacitor Status: Failed (Replace Batteries)

   Array: A
      Interface Type: SAS
      Status: OK

      Logical Drive: 1
         Size: 279.4 GB
         Fault Tolerance: 1+0
         Status: Interim Recovery Mode

      physicaldrive 1I:1:1
         Port: 1I
         Status: OK
         Drive Type: Data Drive
         Model: HP      EG0300FBDSP

      physicaldrive 1I:1:2
         Port: 1I
         Status: Failed
         Drive Type: Data Drive

   Unassigned

      physicaldrive 1I:1:3
         Status: Predictive Failure
         Drive Type: Unassigned Drive
`

describe('ssacli', () => {
  test('tells controller, arrays, disks and battery', () => {
    const [controller, ...more] = parseSsacli(SSACLI)
    expect(more).toEqual([])
    expect(controller).toMatchObject({
      name: 'slot0',
      model: 'Smart Array P440ar',
      state: 'ok',
      batteryOk: false,
      predictiveFailures: 1,
      arrays: [{ name: '1', level: 'RAID10', state: 'degraded' }],
    })
    expect(controller?.disks.map(({ slot, state }) => [slot, state])).toEqual([
      ['1I:1:1', 'active'],
      ['1I:1:2', 'failed'],
      ['1I:1:3', 'idle'],
    ])
    expect(controller?.arrays[0]?.disks.map(({ state }) => state)).toEqual(['active', 'failed'])
  })

  test.each([
    { word: 'OK', is: 'ok' },
    { word: 'Recovering, 37.1% complete', is: 'rebuilding' },
    { word: 'Failed', is: 'failed' },
    { word: 'OK-ish', is: 'unknown' },
  ])('a logical drive that is "$word" is $is', ({ word, is }) => {
    const text = SSACLI.replace('Interim Recovery Mode', word)
    expect(parseSsacli(text)[0]?.arrays[0]?.state).toBe(is)
  })

  test('a text without a controller is an error, unless it says that there is none', () => {
    expect(parseSsacli('\nError: No controllers detected. Possible causes: …\n')).toEqual([])
    expect(() => parseSsacli('Error: Syntax error at "detail"')).toThrow('Syntax error')
    expect(() => parseSsacli('')).toThrow(ProbeError)
  })
})

const ARCCONF = `Controllers found: 1
----------------------------------------------------------------------
Controller information
----------------------------------------------------------------------
   Controller Status                        : Optimal
   Controller Model                         : Example ASR8805
   --------------------------------------------------------
   Controller Battery Information
   --------------------------------------------------------
   Status                                   : Failed

----------------------------------------------------------------------
Logical device information
----------------------------------------------------------------------
Logical Device number 0
   Logical Device name                      : data
   RAID level                               : 5
   Status of Logical Device                 : Degraded, Rebuilding

----------------------------------------------------------------------
Physical Device information
----------------------------------------------------------------------
      Device #0
         Device is a Hard drive
         State                              : Online
         Reported Location                  : Enclosure 0, Slot 0
         Model                              : A
         S.M.A.R.T. warnings                : 2
      Device #1
         Device is a Hard drive
         State                              : Failed
      Device #2
         Device is an Enclosure services device
`

describe('arcconf', () => {
  test('tells controller, arrays, disks and battery', () => {
    expect(parseArcconf(ARCCONF, 1)).toMatchObject({
      name: 'adaptec1',
      model: 'Example ASR8805',
      state: 'ok',
      batteryOk: false,
      predictiveFailures: 1,
      arrays: [{ name: '0', level: 'RAID5', state: 'rebuilding' }],
      disks: [{ slot: 'Enclosure 0, Slot 0', state: 'active' }, { state: 'failed' }],
    })
    expect(parseArcconf('Invalid controller number.', 2)).toBe(undefined)
    expect(() => parseArcconf('Segmentation fault', 1)).toThrow(ProbeError)
  })
})

test('whatever a tool prints, parsers give bounded names and known states, or refuse', () => {
  const lines = fc.array(
    fc.oneof(fc.string(), fc.constantFrom(...`${SSACLI}${ARCCONF}`.split('\n'))),
  )
  const shuffled = fc.dictionary(
    fc.constantFrom(...Object.keys(DATA)),
    fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(DATA))),
  )
  const check = (read: () => readonly RaidController[]) => {
    try {
      for (const controller of read())
        for (const { name } of [controller, ...controller.arrays])
          expect(name).toMatch(/^\P{Cc}{1,128}$/u)
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error
    }
  }
  fc.assert(
    fc.property(lines, shuffled, fc.jsonValue(), (words, data, json) => {
      const text = words.join('\n')
      check(() => parseSsacli(text))
      check(() => [parseArcconf(text, 1)].filter((one) => one !== undefined))
      check(() => parseStorcli(storcli(data)))
      check(() => parseStorcli(JSON.stringify(json)))
      check(() => addDriveErrors(parseStorcli(storcli(DATA)), JSON.stringify(json)))
    }),
  )
})

describe('controllers that others recorded', () => {
  beforeEach(({ skip }) =>
    skip(!existsSync(RECORDINGS), 'not on this machine: the recordings in ../shared'),
  )
  const read = (name: string) => readFileSync(join(RECORDINGS, name), 'utf8')

  test('storcli: a MegaRAID with six disks, and an adapter without RAID', () => {
    const plain = parseStorcli(read('netdata-storcli/megaraid-controllers-info.json'))
    const [controller] = addDriveErrors(plain, read('netdata-storcli/megaraid-drives-info.json'))
    expect(controller).toMatchObject({
      name: 'c0',
      state: 'ok',
      batteryOk: true,
      mediaErrors: 0,
      predictiveFailures: 0,
      arrays: [{ name: '0/0', level: 'RAID6', state: 'ok' }],
    })
    expect(countDisks(controller?.disks ?? [], 'active')).toBe(6)
    expect(countDisks(controller?.arrays[0]?.disks ?? [], 'active')).toBe(6)
    const [adapter] = parseStorcli(read('netdata-storcli/mpt3sas-controllers-info.json'))
    expect(adapter).toMatchObject({ state: 'ok', arrays: [], batteryOk: undefined })
    expect(countDisks(adapter?.disks ?? [], 'active')).toBe(adapter?.disks.length)
    expect(adapter?.disks.length).toBeGreaterThan(0)
  })

  test.each([
    { file: 'ssacli-P408i-a.txt', slots: ['slot0'], disks: 4, battery: [true] },
    { file: 'ssacli-P400ar.txt', slots: ['slot0'], disks: 8, battery: [true] },
    { file: 'ssacli-P400i-unassigned.txt', slots: ['slot0'], disks: 4, battery: [false] },
    {
      file: 'ssacli-P212_P410i.txt',
      slots: ['slot5', 'slot0'],
      disks: 18,
      battery: [undefined, undefined],
    },
  ])('ssacli: $file', ({ file, slots, battery, disks }) => {
    const controllers = parseSsacli(read(`netdata-hpssa/${file}`))
    expect(controllers.map(({ name }) => name)).toEqual(slots)
    expect(controllers.map(({ state }) => state)).toEqual(slots.map(() => 'ok'))
    expect(controllers.map(({ batteryOk }) => batteryOk)).toEqual(battery)
    const all = controllers.flatMap((controller) => controller.disks)
    expect(all.length).toBe(disks)
    expect(countDisks(all, 'failed', 'unknown')).toBe(0)
    for (const { arrays } of controllers)
      for (const array of arrays) {
        expect(array.state).toBe('ok')
        expect(array.disks.length).toBeGreaterThan(0)
      }
  })
})
