import type { LocalizedText } from '@wardround/protocol'
import { textOf } from '@wardround/program/running'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'

/** What the statements of one run answered: where one is denied or switched off, the others still tell their part. */
export class Parts {
  readonly #remark: (text: LocalizedText) => void
  readonly #absent: Error[] = []
  #failure: Error | undefined
  #hasAnswer = false
  #lacksGrant = false

  /** @param remark the run's own: is told which grant is missing */
  constructor(remark: (text: LocalizedText) => void) {
    this.#remark = remark
  }

  /** Whether a statement was denied so far. */
  get lacksGrant(): boolean {
    return this.#lacksGrant
  }

  /** The rows, or undefined where this statement had none to give. Never rejects; settle() tells. */
  async ask(asking: Promise<readonly Row[]>): Promise<readonly Row[] | undefined> {
    try {
      const rows = await asking
      this.#hasAnswer = true
      return rows
    } catch (error) {
      if (error instanceof NoDataError) this.#absent.push(error)
      else if (error instanceof ProbeError && error.code === 'NOT_PERMITTED') this.#lacks(error)
      else this.#failure ??= error instanceof Error ? error : new Error(String(error))
      return undefined
    }
  }

  /**
   * To be called when all that was answered has been emitted.
   * @throws the first failure that is no missing grant; where nothing was answered, why
   */
  settle(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#hasAnswer) return
    const denied = this.#absent.find((error) => error instanceof ProbeError)
    throw (
      denied ??
      this.#absent[0] ??
      new NoDataError({ zh: '没有可发送的语句', en: 'nothing was asked' })
    )
  }

  #lacks(error: ProbeError): void {
    this.#absent.push(error)
    this.#lacksGrant = true
    this.#remark(textOf(error))
  }
}
