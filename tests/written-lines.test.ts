import { callControlSocket } from '@wardround/program'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CollectorProcess } from './support/collector-process.ts'

const WRITERS = 4
const LINES = 50

/** Writes on and on until nobody answers; returns how many writes were acknowledged with 204. */
async function writeUntilGone(url: string, token: string, host: string): Promise<number> {
  for (let write = 0; ; write++) {
    const lines = Array.from(
      { length: LINES },
      (_, i) => `m,host=${host} v=${write} ${from + write * LINES + i}`,
    )
    try {
      const response = await fetch(`${url}/write?precision=ms`, {
        method: 'POST',
        headers: { authorization: `Token ${token}` },
        body: lines.join('\n'),
      })
      if (response.status !== 204) throw new Error(`answered with ${response.status}`)
    } catch {
      return write
    }
  }
}

const from = Date.now() - 3_600_000

test(
  'kill -9 while lines are written: what was answered with 204 is there',
  { timeout: 300_000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wardround-written-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const settings = { journal: { reserveBytes: '0B', reserveFraction: 0 } }
    const acknowledged: number[] = []
    {
      await using collector = await CollectorProcess.start(directory, settings)
      const socket = join(directory, 'collector', 'control.sock')
      const request = { name: 'telegraf', project: 'his', hosts: ['*'] }
      const { token } = (await callControlSocket(socket, 'write-token-create', request)) as {
        token: string
      }
      const writers = Array.from({ length: WRITERS }, (_, i) =>
        writeUntilGone(collector.url, token, `host${i}`),
      )
      const until = performance.now() + 2_000
      while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
      await collector.kill()
      acknowledged.push(...(await Promise.all(writers)))
    }
    expect(Math.min(...acknowledged)).toBeGreaterThan(3)
    await using again = await CollectorProcess.start(directory, settings)
    for (const [i, writes] of acknowledged.entries()) {
      const query = new URLSearchParams({
        measurement: 'm',
        field: 'v',
        aggregate: 'raw',
        where: `host=host${i}`,
        from: String(from),
        to: String(from + writes * LINES),
      })
      const { series } = await again.get<{ series: { points: [number, number][] }[] }>(
        `/api/v1/query?${query.toString()}`,
      )
      expect(series[0]?.points).toEqual(
        Array.from({ length: writes * LINES }, (_, at) => [from + at, Math.floor(at / LINES)]),
      )
    }
  },
)
