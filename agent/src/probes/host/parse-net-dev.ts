import { ByteScanner } from '../../sources/byte-scanner.ts'

/** Counters of one interface, rising since it came up. */
export interface InterfaceCounters {
  readonly name: string
  readonly bytesReceived: number
  readonly packetsReceived: number
  readonly errorsReceived: number
  readonly dropsReceived: number
  readonly bytesSent: number
  readonly packetsSent: number
  readonly errorsSent: number
  readonly dropsSent: number
}

const HEADING_LINES = 2
/** fifo, frame, compressed, multicast */
const REST_OF_RECEIVE = 4

/** Parses /proc/net/dev (proc(5)). Old kernels put no blank between the colon and the first number. */
export function parseNetDev(bytes: Uint8Array): InterfaceCounters[] {
  const scanner = new ByteScanner(bytes, '/proc/net/dev')
  for (let i = 0; i < HEADING_LINES; i += 1) {
    if (!scanner.nextLine())
      throw scanner.problem({ zh: '应有两行标题', en: 'two lines of headings were expected' })
  }
  const interfaces: InterfaceCounters[] = []
  while (scanner.nextLine()) {
    const name = scanner.fieldUntil(':')
    if (name === undefined)
      throw scanner.problem({ zh: '应为“名称: 计数”', en: '`name: counters` was expected' })
    const bytesReceived = scanner.number()
    const packetsReceived = scanner.number()
    const errorsReceived = scanner.number()
    const dropsReceived = scanner.number()
    scanner.skip(REST_OF_RECEIVE)
    interfaces.push({
      name,
      bytesReceived,
      packetsReceived,
      errorsReceived,
      dropsReceived,
      bytesSent: scanner.number(),
      packetsSent: scanner.number(),
      errorsSent: scanner.number(),
      dropsSent: scanner.number(),
    })
  }
  return interfaces
}
