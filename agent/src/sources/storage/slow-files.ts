import { readFile } from 'node:fs/promises'
import { NoDataError, ProbeError } from '../../probe.ts'

/** Files of /sys whose driver asks its device when they are read, and may wait for it: read beside the agent's own thread. */
export class SlowFiles {
  readonly #root: string

  constructor(root: string) {
    this.#root = root.replace(/\/+$/, '')
  }

  /**
   * One small text, trimmed; undefined where the device has no such file or no answer.
   * @throws ProbeError DEADLINE when the run is given up meanwhile
   */
  async read(path: string, signal: AbortSignal): Promise<string | undefined> {
    let giveUp: (() => void) | undefined
    const abandoned = new Promise<never>((_, reject) => {
      giveUp = () => reject(tooLate(path))
      signal.addEventListener('abort', giveUp, { once: true })
    })
    abandoned.catch(() => undefined) // the reading may win
    try {
      if (signal.aborted) throw tooLate(path)
      const text = await Promise.race([readFile(this.#root + path, 'latin1'), abandoned])
      return text.slice(0, 4096).trim()
    } catch (error) {
      if (error instanceof ProbeError || error instanceof NoDataError) throw error
      return undefined
    } finally {
      if (giveUp !== undefined) signal.removeEventListener('abort', giveUp)
    }
  }
}

function tooLate(path: string): ProbeError {
  return new ProbeError('DEADLINE', {
    zh: `${path}：驱动没有在期限内返回`,
    en: `${path}: its driver did not answer in time`,
  })
}
