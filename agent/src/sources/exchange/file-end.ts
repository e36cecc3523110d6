import { ProbeError } from '../../probe.ts'
import { readBoundedFile } from '../read-bounded-file.ts'
import type { EndCounts } from './exchange-session.ts'
import { formatLocal, type ExchangeWindow } from './exchange-window.ts'
import { sumManifest } from './sum-manifest.ts'

/** Of a manifest, or a list of units. */
export const LARGEST_FILE = 8 * 1024 * 1024

/** An end that leaves a manifest. A file system that hangs costs one waiting call, however often it is asked. */
export class FileEnd {
  readonly #options: Readonly<Record<string, unknown>>
  readonly #timeZone: string
  #reading: Promise<unknown> | undefined

  /** @param options of the end, checked */
  constructor(options: Readonly<Record<string, unknown>>, timeZone: string) {
    this.#options = options
    this.#timeZone = timeZone
  }

  /** @throws ProbeError */
  async count(window: ExchangeWindow, signal: AbortSignal): Promise<EndCounts> {
    const { file, timeField, countField } = this.#options
    const path = this.#fill(String(file), window)
    if (this.#reading !== undefined) throw hanging(path)
    const reading = readBoundedFile(path, LARGEST_FILE)
    const settled = reading.then(
      () => (this.#reading = undefined),
      () => (this.#reading = undefined),
    )
    this.#reading = settled
    const fields = {
      time: typeof timeField === 'string' ? timeField : undefined,
      count: typeof countField === 'string' ? countField : undefined,
      timeZone: this.#timeZone,
    }
    const { text } = await Promise.race([reading, abortOf(signal, path)])
    const count = await sumManifest({ text, file: path }, fields, window, signal)
    return { count, failed: undefined, pending: undefined }
  }

  #fill(file: string, { fromMs }: ExchangeWindow): string {
    const date = formatLocal(fromMs, this.#timeZone).slice(0, 10)
    return file.replaceAll('{date}', date).replaceAll('{yyyymmdd}', date.replaceAll('-', ''))
  }
}

function abortOf(signal: AbortSignal, path: string): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(hanging(path))
    signal.addEventListener('abort', () => reject(hanging(path)), { once: true })
  })
}

function hanging(path: string): ProbeError {
  return new ProbeError('NOT_ANSWERING', {
    zh: `${path} 所在的文件系统没有应答`,
    en: `the file system of ${path} does not answer`,
  })
}
