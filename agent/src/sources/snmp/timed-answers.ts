import { ProbeError } from '../../probe.ts'
import type { DeviceLine } from './device-line.ts'
import { ERROR_STATUS, type SnmpAnswer, type SnmpRequest } from './snmp-request.ts'
import { integerOf } from './snmp-value.ts'
import { toSnmpValue } from './to-snmp-value.ts'
import type { UpTimeWatch } from './up-time-watch.ts'

const SYS_UP_TIME = '1.3.6.1.2.1.1.3'

/** Asks for sysUpTime with everything else, so that a restart of the device is seen wherever it happens. */
export class TimedAnswers {
  readonly #line: Pick<DeviceLine, 'ask'>
  readonly #watch: UpTimeWatch
  /** A device without sysUpTime is asked without it. */
  #withUpTime = true

  constructor(line: Pick<DeviceLine, 'ask'>, watch: UpTimeWatch) {
    this.#line = line
    this.#watch = watch
  }

  /** The answer to `request` alone. @throws as DeviceLine.ask() does; ProbeError UNPARSABLE for an answer without anything in it */
  async ask(request: SnmpRequest, signal: AbortSignal): Promise<SnmpAnswer> {
    if (!this.#withUpTime) return expectContents(await this.#line.ask(request, signal))
    const answer = await this.#line.ask(addUpTime(request), signal)
    if (answer.errorStatus === ERROR_STATUS.noSuchName && answer.errorIndex === 1) {
      this.#withUpTime = false
      return this.ask(request, signal)
    }
    const [first, ...varbinds] = answer.varbinds
    const ticks = first?.oid === `${SYS_UP_TIME}.0` ? integerOf(toSnmpValue(first)) : undefined
    if (ticks !== undefined) this.#watch.note(ticks)
    return expectContents({
      errorStatus: answer.errorStatus,
      errorIndex: Math.max(0, answer.errorIndex - 1),
      varbinds,
    })
  }
}

function addUpTime(request: SnmpRequest): SnmpRequest {
  const { kind, oids, nonRepeaters = 0 } = request
  if (kind === 'get') return { ...request, oids: [`${SYS_UP_TIME}.0`, ...oids] }
  const named = { ...request, oids: [SYS_UP_TIME, ...oids] }
  return kind === 'next' ? named : { ...named, nonRepeaters: nonRepeaters + 1 }
}

function expectContents(answer: SnmpAnswer): SnmpAnswer {
  if (answer.errorStatus !== ERROR_STATUS.none || answer.varbinds.length > 0) return answer
  throw new ProbeError('UNPARSABLE', {
    zh: '设备的应答中没有任何变量',
    en: 'the answer of the device holds no variable',
  })
}
