import { isIP } from 'node:net'
import { parseDurationMs } from '@wardround/program/running'
import { asRecord } from '../../as-record.ts'
import type { Options } from '../../option.ts'
import type { OptionProblem } from '../../source.ts'

/** What every source that listens for others takes in agent.yaml. */
export const RECEIVER_OPTIONS = {
  devices: {
    type: 'array',
    default: [],
    maxItems: 1_000,
    uniqueBy: 'address',
    items: {
      type: 'object',
      required: ['address', 'subject'],
      properties: {
        address: {
          type: 'string',
          minLength: 2,
          help: { zh: '设备的源 IP 地址', en: 'Address that the device sends from' },
        },
        subject: {
          type: 'string',
          pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$',
          expected: {
            zh: '设备名：字母、数字及中间的 . _ -，如 fcsw1',
            en: 'the name of the device: letters and digits, with . _ - between them, such as fcsw1',
          },
          help: { zh: '设备名', en: 'Name of the device' },
        },
      },
    },
    help: {
      zh: '发送方地址与设备名的对应；未列出的发送方记在本机名下并附其地址',
      en: 'Which address is which device; what others send is kept under this host, with the address',
    },
  },
  ratePerSecond: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000,
    default: 20,
    help: {
      zh: '每个发送方每秒最多接收条数（突发可达 10 倍），超出的只计数',
      en: 'Records taken of one sender in a second (ten times that in a burst); the rest is counted',
    },
  },
  repeatWithin: {
    type: 'duration',
    default: '60s',
    help: {
      zh: '同一发送方的相同内容在此时间内只记一次，并记下重复次数；0s 为不合并',
      en: 'The same text of one sender is kept once within so long, with the number of its repeats; 0s: never',
    },
  },
} as const satisfies Options

/** The same, checked. */
export interface ReceiverSettings {
  /** Subject by address. */
  readonly devices: ReadonlyMap<string, string>
  readonly ratePerSecond: number
  readonly repeatWithinMs: number
}

/** @param options checked against RECEIVER_OPTIONS, defaults filled in */
export function toReceiverSettings(options: Readonly<Record<string, unknown>>): ReceiverSettings {
  const devices = listDevices(options['devices']).map(
    ({ address, subject }) => [plainAddress(address), subject] as const,
  )
  return {
    devices: new Map(devices),
    ratePerSecond: Number(options['ratePerSecond']),
    repeatWithinMs: parseDurationMs(String(options['repeatWithin'])),
  }
}

/** An IPv4 address that came by IPv6 as itself; letters small. */
export function plainAddress(address: string): string {
  return address
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '')
    .toLowerCase()
}

export function findReceiverProblems({
  devices,
}: Readonly<Record<string, unknown>>): OptionProblem[] {
  const wrong = listDevices(devices).find(({ address }) => isIP(address) === 0)
  if (wrong === undefined) return []
  return [
    {
      option: 'devices',
      what: { zh: `${wrong.address} 不是 IP 地址`, en: `${wrong.address} is no IP address` },
      expected: { zh: '设备发送时所用的 IP 地址', en: 'the address that the device sends from' },
    },
  ]
}

function listDevices(value: unknown): readonly { address: string; subject: string }[] {
  if (!Array.isArray(value)) return []
  return value.map(asRecord).map(({ address, subject }) => ({
    address: String(address),
    subject: String(subject),
  }))
}
