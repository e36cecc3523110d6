import type { HostFiles } from '../host-files.ts'
import type { SlowFiles } from './slow-files.ts'

/** What a port does, by the words of scsi_transport_fc. */
export const FC_STATES = {
  unknown: 0,
  online: 1,
  offline: 2,
  linkdown: 3,
  'not present': 4,
  blocked: 5,
  bypassed: 6,
  diagnostics: 7,
  error: 8,
  loopback: 9,
  deleted: 10,
  marginal: 11,
} as const

/** One port of a Fibre Channel adapter. */
export interface FcHost {
  readonly hba: string
  readonly wwpn: string
  /** One of FC_STATES. */
  readonly state: number
  readonly speedGbit: number | undefined
  readonly counters: Readonly<Record<FcCounter, number | undefined>>
}

/** Names of ours, and of the files under statistics/. */
export const FC_COUNTERS = {
  link_failure_total: 'link_failure_count',
  loss_of_signal_total: 'loss_of_signal_count',
  loss_of_sync_total: 'loss_of_sync_count',
  invalid_crc_total: 'invalid_crc_count',
  invalid_tx_words_total: 'invalid_tx_word_count',
  error_frames_total: 'error_frames',
  rx_words_total: 'rx_words',
  tx_words_total: 'tx_words',
} as const

export type FcCounter = keyof typeof FC_COUNTERS

const AT = '/sys/class/fc_host'

/** All ports, one after another. */
export async function readFcHosts(
  files: HostFiles,
  slow: SlowFiles,
  signal: AbortSignal,
): Promise<FcHost[]> {
  const hosts: FcHost[] = []
  for (const hba of files.listIfThere(AT) ?? []) {
    if (!/^host\d{1,5}$/.test(hba)) continue
    const read = (name: string) => slow.read(`${AT}/${hba}/${name}`, signal)
    const counters: Partial<Record<string, number>> = {}
    for (const [name, file] of Object.entries(FC_COUNTERS)) {
      const value = parseHex(await read(`statistics/${file}`))
      if (value !== undefined) counters[name] = value
    }
    hosts.push({
      hba,
      wwpn: ((await read('port_name')) ?? '')
        .replace(/^0x/, '')
        .replaceAll(/[^0-9a-f]/gi, '')
        .slice(0, 16),
      state: stateOf(await read('port_state')),
      speedGbit: parseSpeed(await read('speed')),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- filled from the same table
      counters: counters as FcHost['counters'],
    })
  }
  return hosts
}

function stateOf(word: string | undefined): number {
  return (
    new Map<string, number>(Object.entries(FC_STATES)).get((word ?? '').toLowerCase()) ??
    FC_STATES.unknown
  )
}

/** All bits set means that the adapter does not count it; beyond 2⁵³ a number is not exact. */
export function parseHex(text: string | undefined): number | undefined {
  if (text === undefined || !/^0x[0-9a-f]{1,16}$/i.test(text)) return undefined
  const value = BigInt(text)
  return value > BigInt(Number.MAX_SAFE_INTEGER) || value === 0xff_ff_ff_ffn
    ? undefined
    : Number(value)
}

/** `16 Gbit`; `unknown` while there is no link. */
export function parseSpeed(text: string | undefined): number | undefined {
  const [, speed] = /^(\d{1,4}) Gbit/i.exec(text ?? '') ?? []
  return speed === undefined ? undefined : Number(speed)
}
