import { freePort } from '@wardround/program/testing'
import { Agent, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { pass } from './bundled-collector.ts'
import { MeasuredProcess } from './measured-process.ts'
import { findPeer, untilAnswers } from './peers.ts'

const SETTLED_WITHIN_MS = 120_000
/** So many times in a row, a second apart, nothing may have changed. */
const SETTLED_LOOKS = 4

/** VictoriaMetrics as Debian packages it, fed with line protocol. */
export class VictoriaMetrics implements AsyncDisposable {
  readonly process: MeasuredProcess
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true })

  private constructor(process: MeasuredProcess, port: number) {
    this.process = process
    this.#port = port
  }

  /** Undefined where it isn't installed. */
  static async start(directory: string): Promise<VictoriaMetrics | undefined> {
    const command = findPeer('victoria-metrics', 'victoria-metrics')
    if (command === undefined) return undefined
    const port = await freePort()
    const process = await MeasuredProcess.start('victoria-metrics', [
      command,
      `-storageDataPath=${directory}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=1',
      '-loggerLevel=ERROR',
    ])
    await untilAnswers(`http://127.0.0.1:${port}/health`, 30_000)
    return new VictoriaMetrics(process, port)
  }

  /** One POST of lines, with times in ms. */
  async write(lines: string): Promise<void> {
    await this.#call('/write?precision=ms', lines)
  }

  /** What was taken in becomes files, as it would by itself after a while. Both calls only begin it: this resolves when all is done. */
  async flushAndMerge(): Promise<void> {
    await this.#call('/internal/force_flush')
    await this.#call('/internal/force_merge')
    const deadline = performance.now() + SETTLED_WITHIN_MS
    for (let before = '', same = 0; same < SETTLED_LOOKS;) {
      if (performance.now() > deadline) throw new Error('VictoriaMetrics does not stop merging')
      await pass(1_000)
      const state = await this.#merging()
      same = state === before && !state.includes('pending_rows') ? same + 1 : 0
      before = state
    }
  }

  /** Its metrics of what is not merged yet and of its size, those that aren't 0. */
  async #merging(): Promise<string> {
    const text = await (await fetch(this.url('/metrics'))).text()
    return text
      .split('\n')
      .filter((line) => /^vm_(pending_rows|active_merges|data_size_bytes)\{.*[1-9]/.test(line))
      .filter((line) => !line.endsWith(' 0'))
      .join('\n')
  }

  /** Where a path of its HTTP API is. */
  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    await this.process[Symbol.asyncDispose]()
  }

  async #call(path: string, body?: string): Promise<void> {
    const sending = request({
      host: '127.0.0.1',
      port: this.#port,
      path,
      method: body === undefined ? 'GET' : 'POST',
      agent: this.#agent,
    })
    sending.end(body)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event has this one argument
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    const { statusCode = 0 } = response
    if (statusCode >= 300) throw new Error(`VictoriaMetrics answered ${path} with ${statusCode}`)
  }
}
