import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { StorageBench } from '../../testing/storage-bench.ts'
import smart from './smart.ts'

const PCI = 'pci0000:00/0000:00:1f.2'

/** What the stand-in for smartctl tells of a disk: its serial number is the device and type that it was asked for. */
function report(pending = 0, more: object = {}): string {
  return JSON.stringify({
    smartctl: { exit_status: 0 },
    device: { protocol: 'ATA' },
    model_name: 'EXAMPLE',
    serial_number: 'SERIAL',
    smart_status: { passed: true },
    temperature: { current: 30 },
    ata_smart_attributes: {
      table: [
        {
          id: 197,
          name: 'Current_Pending_Sector',
          value: 100,
          worst: 100,
          thresh: 0,
          when_failed: '',
          raw: { value: pending },
        },
      ],
    },
    ...more,
  })
}

/** Answers for any disk: the last two arguments that are no option name it. */
const ANSWER = `
type=none
while [ $# -gt 0 ]; do
  case "$1" in
    -d) type=$2; shift ;;
    -n) shift ;;
    /dev/*) device=$1 ;;
    --scan) cat "$(dirname "$0")/scan"; exit 0 ;;
  esac
  shift
done
`

function answering(text: string): string {
  return `${ANSWER}\ncat <<EOF | sed "s#SERIAL#$device-$type#"\n${text}\nEOF`
}

async function openBench(disks: readonly string[] = ['sda']): Promise<StorageBench> {
  const bench = await StorageBench.open()
  for (const [host, name] of disks.entries())
    await bench.addDisk({ name, bus: `${PCI}/ata${host + 1}`, address: [host, 0, 0, 0] })
  return bench
}

describeProbe(smart, {
  async open() {
    const bench = await openBench()
    await bench.install('smartctl', answering(report(3)))
    return bench
  },
})

test('gives device and attributes under Telegraf’s names, and how far sectors grew', async () => {
  await using bench = await openBench()
  await bench.install('smartctl', answering(report(2)))
  const { samples, documents } = await sampleOnce(smart, bench.session)
  expect(bench.calls).toEqual([['smartctl', '--json=c', '-a', '-n', 'standby,3', '/dev/sda']])
  const [device, attribute] = samples
  expect(device).toMatchObject({
    measurement: 'smart_device',
    tags: { serial_no: '/dev/sda-none', device: 'sda', model: 'EXAMPLE', kind: 'ata' },
    fields: {
      health_ok: 1,
      temp_c: 30,
      bad_sectors: 2,
      sectors_grew: 0,
      asleep: 0,
      exit_status: 0,
    },
  })
  expect(attribute).toEqual({
    measurement: 'smart_attribute',
    tags: {
      serial_no: '/dev/sda-none',
      id: '197',
      name: 'Current_Pending_Sector',
      device: 'sda',
      fail: '-',
    },
    fields: { value: 100, worst: 100, threshold: 0, raw_value: 2 },
  })
  expect(documents[0]).toMatchObject({
    name: 'smart_disks',
    body: { disks: [{ device: 'sda', verdict: 'local' }], arrayPaths: 0, failures: [] },
  })
  await bench.install('smartctl', answering(report(7)))
  const { samples: later } = await sampleOnce(smart, bench.session)
  expect(later[0]?.fields).toMatchObject({ bad_sectors: 7, sectors_grew: 5 })
})

test('does not wake a disk that sleeps, and does not repeat what it said before', async () => {
  await using bench = await openBench()
  await bench.install('smartctl', answering(report()))
  await sampleOnce(smart, bench.session)
  const message = { string: 'Device is in STANDBY mode, exit(3)' }
  const asleep = JSON.stringify({ smartctl: { exit_status: 3, messages: [message] } })
  await bench.install('smartctl', `echo '${asleep}'; exit 3`)
  const { samples, documents } = await sampleOnce(smart, bench.session)
  expect(samples.map(({ measurement, fields }) => ({ measurement, fields }))).toEqual([
    { measurement: 'smart_device', fields: { asleep: 1 } },
  ])
  expect(documents[0]?.body).toMatchObject({ asleep: ['sda'] })
})

test('48 disks behind a controller: one scan, one program at a time, all told', async () => {
  await using bench = await StorageBench.open()
  await bench.addDisk({
    name: 'sda',
    bus: PCI,
    address: [0, 2, 0, 0],
    driver: 'megaraid_sas',
    vendor: 'LSI',
    model: 'MR9361-8i',
  })
  const devices = Array.from({ length: 48 }, (_, number) => ({
    name: '/dev/bus/0',
    type: `megaraid,${number + 8}`,
  }))
  const scan = JSON.stringify({
    devices: [
      ...devices,
      { name: '/dev/sda', type: 'scsi' },
      { name: '/dev/bus/0', type: 'megaraid,900' },
    ],
  })
  await bench.tree.write('/programs/scan', scan)
  await bench.install(
    'smartctl',
    `mkdir "$0.lock" || { echo two at once; exit 0; }
trap 'rmdir "$0.lock"' EXIT
${answering(report())}`,
  )
  const { samples } = await sampleOnce(smart, bench.session)
  const names = samples.filter(({ measurement }) => measurement === 'smart_device')
  expect(names).toHaveLength(48)
  expect(names[0]?.tags).toMatchObject({
    device: 'bus0:megaraid8',
    serial_no: '/dev/bus/0-megaraid,8',
  })
  expect(bench.calls).toHaveLength(49)
  expect(bench.calls.flat()).not.toContain('/dev/sda')
})

test('disks behind an HPE controller are asked by number until one is not there', async () => {
  await using bench = await StorageBench.open()
  await bench.addDisk({
    name: 'sda',
    bus: PCI,
    address: [2, 1, 0, 0],
    driver: 'hpsa',
    vendor: 'HP',
    model: 'LOGICAL VOLUME',
    files: { 'device/raid_level': 'RAID-5\n' },
  })
  const absent = JSON.stringify({
    smartctl: { exit_status: 2, messages: [{ string: 'No such device' }] },
  })
  await bench.install(
    'smartctl',
    `case "$*" in *cciss,3*) echo '${absent}'; exit 2 ;; esac\n${answering(report())}`,
  )
  const { samples } = await sampleOnce(smart, bench.session)
  const devices = samples.filter(({ measurement }) => measurement === 'smart_device')
  expect(devices.map(({ tags }) => tags['device'])).toEqual([
    'sda:cciss0',
    'sda:cciss1',
    'sda:cciss2',
  ])
})

test('a disk seen by two paths is given once', async () => {
  await using bench = await openBench(['sda', 'sdb'])
  await bench.install('smartctl', `cat <<EOF\n${report()}\nEOF`)
  const { samples } = await sampleOnce(smart, bench.session)
  expect(samples).toHaveLength(2)
})

test.each([
  { note: 'hangs', script: 'exec sleep 1000', why: /deadline/ },
  { note: 'floods', script: 'exec yes', why: /wrote more than/ },
  {
    note: 'answers with an error text and 0',
    script: 'echo Segmentation fault',
    why: /JSON: Segmentation/,
  },
  { note: 'is too old', script: 'echo "UNRECOGNIZED OPTION: json=c"; exit 1', why: /UNRECOGNIZED/ },
])('a program that $note for one disk costs the others nothing', async ({ script, why }) => {
  await using bench = await openBench(['sda', 'sdb', 'sdc'])
  if (script.includes('sleep')) bench.shortenDeadlines('/dev/sda', 1_000)
  await bench.install(
    'smartctl',
    `case "$*" in *sda*) ${script}; exit ;; esac\n${answering(report())}`,
  )
  const devices: string[] = []
  const run = smart.sample({
    session: bench.session,
    options: {},
    memory: undefined,
    timeMs: 0,
    monotonicMs: 0,
    signal: new AbortController().signal,
    emit: (measurement, tags) => {
      if (measurement === 'smart_device') devices.push(Object.values(tags)[1] ?? '')
    },
    emitDocument: () => undefined,
    emitEvent: () => undefined,
    remark: () => undefined,
  })
  await expect(run).rejects.toThrow(why)
  await expect(run).rejects.toThrow(/sda/)
  expect(devices).toEqual(['sdb', 'sdc'])
  await sampleOnce(smart, bench.session).catch(() => undefined)
  expect(bench.calls.at(-1)).toContain('/dev/sda')
})

test('asks nobody where no disk is local', async () => {
  await using bench = await StorageBench.open()
  await bench.addDisk({ name: 'sda', bus: PCI, port: 'rport-0:0-1', driver: 'qla2xxx' })
  await bench.install('smartctl', 'exit 0')
  await expect(sampleOnce(smart, bench.session)).rejects.toThrow(NoDataError)
  expect(bench.calls).toEqual([])
})

test('says once what to install, or whom to give the helper', async () => {
  await using bench = await openBench()
  const remarks: string[] = []
  const run = async () =>
    smart.sample({
      session: bench.session,
      options: {},
      memory: undefined,
      timeMs: 0,
      monotonicMs: 0,
      signal: new AbortController().signal,
      emit: () => undefined,
      emitDocument: () => undefined,
      emitEvent: () => undefined,
      remark: ({ en }) => remarks.push(en),
    })
  await expect(run()).rejects.toBeInstanceOf(NoDataError)
  bench.unavailable = new ProgramUnavailable('no-helper', { zh: '无', en: 'no helper listens' })
  await expect(run()).rejects.toBeInstanceOf(NoDataError)
  expect(remarks).toEqual([expect.stringContaining('install smartmontools'), 'no helper listens'])
})

test('what can not be seen behind a controller is told, not passed over', async () => {
  await using megaraid = await StorageBench.open()
  await megaraid.write({ '/sys/class/scsi_host/host0/proc_name': 'megaraid_sas\n' })
  await megaraid.install('smartctl', `echo '{"smartctl":{"exit_status":0}}'`)
  const { remarks } = await sampleOnce(smart, megaraid.session)
  expect(remarks[0]?.en).toContain('lists no disk behind it')
  await using hpe = await StorageBench.open()
  await hpe.addDisk({
    name: 'sda',
    bus: PCI,
    driver: 'hpsa',
    vendor: 'HPE',
    model: 'LOGICAL VOLUME',
    files: { 'device/raid_level': 'RAID-1\n' },
  })
  const refused = { smartctl: { exit_status: 2, messages: [{ string: 'Permission denied' }] } }
  await hpe.install('smartctl', `echo '${JSON.stringify(refused)}'; exit 2`)
  await expect(sampleOnce(smart, hpe.session)).rejects.toThrow('Permission denied')
  expect(hpe.calls).toHaveLength(1)
})
