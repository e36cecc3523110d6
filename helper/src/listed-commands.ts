/** One thing that the helper is asked for. */
export type HelperRequest = ProgramRequest | { readonly command: 'shadow-ages' }

/** Those that start a program; the rest the helper does itself. */
export type ProgramRequest =
  | SmartRead
  | ArcconfConfig
  | { [C in BareCommand]: { readonly command: C } }[Exclude<BareCommand, 'shadow-ages'>]

/** All that smartctl tells of one disk. */
interface SmartRead {
  readonly command: 'smart-read'
  /** As DEVICE allows. */
  readonly device: string
  /** As DEVICE_TYPE allows: a disk behind a RAID controller. */
  readonly type?: string
}

/** All that arcconf tells of one controller, counted from 1. */
interface ArcconfConfig {
  readonly command: 'arcconf-config'
  readonly controller: number
}

type BareCommand = (typeof BARE_COMMANDS)[number]

/** Those whose request has no other member. */
export const BARE_COMMANDS = [
  'smart-scan',
  'storcli-controllers',
  'storcli-drives',
  'ssacli-config',
  'multipath-status',
  'multipath-table',
  'volume-groups',
  'shadow-ages',
] as const

/** Disks of SCSI and ATA, controllers of NVMe, and the hosts under which smartctl finds MegaRAID's disks. Nothing else can be named. */
export const DEVICE = /^\/dev\/(sd[a-z]{1,3}|nvme\d{1,3}(n\d{1,3})?|bus\/\d{1,3})$/

/** The Nth disk of a MegaRAID or HPE controller, 0 to 127. */
export const DEVICE_TYPE = /^((sat\+)?megaraid|cciss),(\d|[1-9]\d|1[01]\d|12[0-7])$/

/** Highest controller number that arcconf is asked for. */
export const MAX_CONTROLLER = 16

/** A program with all that is said to it. */
export interface PlannedCommand {
  /** Where it may be installed; the first that is there is run. */
  readonly programs: readonly string[]
  readonly args: readonly string[]
  readonly deadlineMs: number
  /** Of its standard output. */
  readonly maxBytes: number
}

const SMARTCTL = ['/usr/sbin/smartctl', '/usr/local/sbin/smartctl', '/sbin/smartctl']
const STORCLI = [
  '/opt/MegaRAID/storcli/storcli64',
  '/opt/MegaRAID/perccli/perccli64',
  '/opt/MegaRAID/storcli2/storcli2',
  '/usr/sbin/storcli64',
  '/usr/sbin/perccli64',
  '/usr/local/sbin/storcli64',
]
const SSACLI = [
  '/usr/sbin/ssacli',
  '/opt/smartstorageadmin/ssacli/bin/ssacli',
  '/usr/sbin/hpssacli',
]
const ARCCONF = ['/usr/Arcconf/arcconf', '/usr/sbin/arcconf', '/usr/StorMan/arcconf']
const DMSETUP = ['/usr/sbin/dmsetup', '/sbin/dmsetup']

const MEBIBYTE = 1024 * 1024

/** The whole list: what is not here can't be run. Each reads; none can change a device. */
export function planCommand(request: ProgramRequest): PlannedCommand {
  switch (request.command) {
    case 'smart-scan':
      // Without -open: no disk is sent anything, only the controllers are asked which disks they have.
      return plan(SMARTCTL, ['--json=c', '--scan'])
    case 'smart-read':
      return plan(SMARTCTL, smartArguments(request))
    case 'storcli-controllers':
      return plan(STORCLI, ['/call', 'show', 'all', 'J', 'nolog'], 60_000, 8 * MEBIBYTE)
    case 'storcli-drives':
      return plan(STORCLI, ['/call/eall/sall', 'show', 'all', 'J', 'nolog'], 60_000, 8 * MEBIBYTE)
    case 'ssacli-config':
      return plan(SSACLI, ['ctrl', 'all', 'show', 'config', 'detail'], 60_000, 8 * MEBIBYTE)
    case 'arcconf-config':
      return plan(ARCCONF, ['GETCONFIG', String(request.controller), 'AL'], 60_000, 8 * MEBIBYTE)
    case 'multipath-status':
      // The kernel's word, not multipathd's: its socket belongs to the network namespace of the host, where the helper is not.
      return plan(DMSETUP, ['status', '--target', 'multipath'])
    case 'multipath-table':
      return plan(DMSETUP, ['table', '--target', 'multipath'])
    case 'volume-groups':
      return plan(['/usr/sbin/vgs', '/sbin/vgs'], VGS)
  }
}

/** `-n standby,3`: a disk that sleeps is left asleep, and the exit status 3 says so, which no failure gives. */
function smartArguments({ device, type }: SmartRead): string[] {
  return ['--json=c', '-a', '-n', 'standby,3', ...(type === undefined ? [] : ['-d', type]), device]
}

const VGS = [
  '--reportformat',
  'json',
  '--units',
  'b',
  '--nosuffix',
  '--readonly',
  '-o',
  'vg_name,vg_size,vg_free,vg_attr,vg_missing_pv_count',
]

function plan(
  programs: readonly string[],
  args: readonly string[],
  deadlineMs = 20_000,
  maxBytes = 2 * MEBIBYTE,
): PlannedCommand {
  return { programs, args, deadlineMs, maxBytes }
}
