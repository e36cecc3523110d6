import type { LocalizedText } from '@wardround/protocol'
import { ProbeError, type ProbeErrorCode } from '../../probe.ts'
import type { SourceContext } from '../../source.ts'
import { readCredentials, type SnmpCredentials } from './snmp-credentials.ts'
import type { SnmpError, SnmpFailure } from './snmp-failure.ts'
import type { SnmpRequest } from './snmp-request.ts'

const FIRST_RETRY_MS = 10_000
const LAST_RETRY_MS = 120_000
/** A device that told us that it does not let us in is asked again so seldom; at once when a secret has changed. */
const REFUSED_RETRY_MS = 600_000
/** How often the secrets are looked at again meanwhile. */
const LOOK_AGAIN_MS = 60_000

interface Entered {
  readonly error: SnmpError
  readonly delayMs: number
  readonly untilMs: number
  lookAgainAtMs: number
}

/** That a device gives no usable answer: since when it is not asked, until when, and who was told. */
export class DeviceFailure {
  readonly #device: string
  readonly #context: SourceContext
  #entered: Entered | undefined
  #tried: SnmpCredentials | undefined

  constructor(device: string, context: SourceContext) {
    this.#device = device
    this.#context = context
  }

  get current(): SnmpError | undefined {
    return this.#entered?.error
  }

  /** Notes what the device is about to be asked with. */
  tries(credentials: SnmpCredentials): void {
    this.#tried = credentials
  }

  /** The device answers. */
  clear(): void {
    const { standing, log, name } = this.#context
    this.#entered = undefined
    if (standing.enter('working')) log.info({ source: name }, 'device answers')
  }

  /** It may be asked at once. */
  forget(): void {
    if (this.#entered !== undefined) this.#entered = { ...this.#entered, untilMs: -Infinity }
  }

  /** @throws ProbeError that of the last try, until its time has come or a secret has changed */
  async refuseWhileBackingOff(): Promise<void> {
    const entered = this.#entered
    const nowMs = this.#context.clocks.monotonicMs()
    if (entered === undefined || nowMs >= entered.untilMs) return
    if (entered.error.isRefusal && nowMs >= entered.lookAgainAtMs) {
      entered.lookAgainAtMs = nowMs + LOOK_AGAIN_MS
      if (await this.#hasOtherSecret()) return
    }
    throw this.#toProbeError(entered.error)
  }

  /** The device gives no usable answer. */
  enter(error: SnmpError): ProbeError {
    const { clocks } = this.#context
    const nowMs = clocks.monotonicMs()
    const delayMs = error.isRefusal
      ? REFUSED_RETRY_MS
      : Math.min(LAST_RETRY_MS, 2 * (this.#entered?.delayMs ?? FIRST_RETRY_MS / 2))
    this.#entered = {
      error,
      delayMs,
      untilMs: nowMs + delayMs,
      lookAgainAtMs: nowMs + LOOK_AGAIN_MS,
    }
    this.#tell(error)
    return this.#toProbeError(error)
  }

  /** The device answers, but not this. */
  ofRequest(error: SnmpError, { oids }: SnmpRequest): ProbeError {
    const { failure, text } = error
    const asked = oids.at(-1) ?? ''
    const told = {
      zh: `${this.#device}：设备有应答，但对 ${asked} ${text.zh}`,
      en: `${this.#device} answers, but for ${asked}: ${text.en}`,
    }
    return new ProbeError(CODES[failure] ?? 'NOT_ANSWERING', told, { cause: error })
  }

  async #hasOtherSecret(): Promise<boolean> {
    try {
      const now = await readCredentials(this.#context)
      return JSON.stringify(now) !== JSON.stringify(this.#tried)
    } catch {
      return false // the next try tells why it can't be read
    }
  }

  #tell(error: SnmpError): void {
    const { standing, log, name } = this.#context
    const { isRefusal } = error
    if (!standing.enter(isRefusal ? 'refused' : 'failing', this.#describe(error))) return
    const fields = { source: name, failure: error.failure, reason: this.#describe(error).en }
    log.warn(fields, isRefusal ? 'device refuses us' : 'device gives no answer')
  }

  #toProbeError(error: SnmpError): ProbeError {
    const code = CODES[error.failure] ?? 'NOT_ANSWERING'
    return new ProbeError(code, this.#describe(error), { cause: error, isTold: true })
  }

  #describe({ failure, text }: SnmpError): LocalizedText {
    const { version } = this.#context.options
    const hint =
      failure === 'silent' ? SILENCE_HINTS[version === 'v3' ? 'v3' : 'other'] : HINTS[failure]
    return {
      zh: `${this.#device}：${text.zh}${hint === undefined ? '' : `（${hint.zh}）`}`,
      en: `${this.#device}: ${text.en}${hint === undefined ? '' : ` (${hint.en})`}`,
    }
  }
}

const CODES: Readonly<Partial<Record<SnmpFailure, ProbeErrorCode>>> = {
  no_secret: 'NOT_PERMITTED',
  unknown_user: 'NOT_PERMITTED',
  wrong_key: 'NOT_PERMITTED',
  wrong_privacy_key: 'NOT_PERMITTED',
  unsupported_level: 'NOT_PERMITTED',
  other_report: 'NOT_PERMITTED',
  garbage: 'UNPARSABLE',
}

const SILENCE_HINTS = {
  v3: {
    zh: '设备关机、网络或访问控制不通、端口不对，或 privKey 与设备不符',
    en: 'it is off, the network or an access list is in the way, the port is another one, or privKey is not the device’s',
  },
  other: {
    zh: '设备关机、网络或访问控制不通、端口不对，或团体名错误（设备对错误的团体名不作应答）',
    en: 'it is off, the network or an access list is in the way, the port is another one, or the community is wrong (devices do not answer a wrong one)',
  },
} as const

const HINTS: Readonly<Partial<Record<SnmpFailure, LocalizedText>>> = {
  unknown_user: {
    zh: '在设备上创建该 SNMPv3 用户，或更正 user',
    en: 'create this SNMPv3 user on the device, or correct user',
  },
  wrong_key: {
    zh: '核对 authKey 和 authProtocol',
    en: 'compare authKey and authProtocol with the device',
  },
  wrong_privacy_key: {
    zh: '核对 privKey 和 privProtocol',
    en: 'compare privKey and privProtocol with the device',
  },
  unsupported_level: {
    zh: '设备上的该用户要求其他安全级别：核对 authKey、privKey 是否需要填写',
    en: 'the device wants this user with another security level: see whether authKey and privKey are given as there',
  },
  other_report: { zh: '核对 context', en: 'compare context with the device' },
}
