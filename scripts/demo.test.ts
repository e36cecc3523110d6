import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from './checks.ts'

const CHROMIUM = '/usr/bin/chromium'
const PAGE = join(ROOT, 'console', 'dist', 'index.html')

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo, {now} #1 '))
})

afterAll(() => rm(directory, { recursive: true, force: true }))

/** The program as npm run demo starts it, with a quarter of an hour behind it, on a free port. */
class Demo implements AsyncDisposable {
  readonly #child
  readonly #ended: Promise<number | null>
  #said = ''

  constructor(...more: string[]) {
    const args = [
      join(ROOT, 'scripts', 'demo.ts'),
      '--directory',
      join(directory, 'demo'),
      '--days',
      '0.02',
    ]
    this.#child = spawn(process.execPath, [...args, ...more], {
      env: { ...process.env, WARDROUND_LISTEN: '127.0.0.1:0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#said += chunk.toString()))
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve))
  }

  /** What it printed, once it has printed that; what it printed when it ended before. */
  async until(text: string): Promise<string> {
    for (;;) {
      if (this.#said.includes(text) || this.#child.exitCode !== null) return this.#said
      await Promise.race([
        this.#ended,
        new Promise((resolve) => this.#child.stdout.once('data', resolve)),
      ])
    }
  }

  async address(): Promise<string> {
    return /http:\/\/[0-9.]+:\d+/.exec(await this.until('http://'))?.[0] ?? ''
  }

  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

const storyOf = async () => {
  const text = await readFile(join(directory, 'demo', 'story.json'), 'utf8')
  return JSON.parse(text) as { bornMs: number; sentUntilMs: number }
}

test('the demo starts, says that all is invented, goes on from where it was, and begins anew when it is asked to', async () => {
  await using demo = new Demo()
  const address = await demo.address()
  expect(await demo.until('已就绪')).toMatch(/演示数据 demo data.*\n.*虚构.*invented/)
  const ready = await fetch(`${address}/readyz`)
  expect(ready.headers.get('wardround-demo')).toBe('true')
  const query = `${address}/api/v1/query?measurement=cpu&field=usage_active&aggregate=mean&step=1m&from=-15m&groupBy=host`
  const { series } = (await (await fetch(query)).json()) as { series: { points: unknown[] }[] }
  expect(series).toHaveLength(8)
  for (const { points } of series) expect(points.length).toBeGreaterThanOrEqual(8)
  expect(await demo.stop()).toBe(0)

  const first = await storyOf()
  await using again = new Demo()
  await again.until('已就绪')
  expect(await again.stop()).toBe(0)
  const second = await storyOf()
  expect(second.bornMs).toBe(first.bornMs)
  expect(second.sentUntilMs).toBeGreaterThan(first.sentUntilMs)

  await using fresh = new Demo('--fresh')
  await fresh.until('已就绪')
  expect(await fresh.stop()).toBe(0)
  expect((await storyOf()).bornMs).toBeGreaterThan(first.bornMs)
})

test.runIf(existsSync(CHROMIUM) && existsSync(PAGE))('every page says 演示数据', async () => {
  await using demo = new Demo()
  const address = await demo.address()
  await demo.until('已就绪')
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({ locale: 'zh-CN' })
    for (const path of ['', 'duty', 'projects', 'host/demo-ora-1', 'project/demo-health']) {
      await page.goto(`${address}/#/${path}`)
      const banner = page.locator('.demo')
      await banner.waitFor()
      expect(await banner.innerText()).toContain('演示数据')
      expect(await page.title()).toContain('【演示数据】')
    }
  } finally {
    await browser.close()
  }
})

test('--fresh takes nothing away that no demo has made', async () => {
  const kept = join(directory, 'demo', 'collector', 'kept.txt')
  await rm(join(directory, 'demo'), { recursive: true, force: true })
  await mkdir(dirname(kept), { recursive: true })
  await writeFile(kept, 'mine')
  await using demo = new Demo('--fresh')
  expect(await demo.until('left alone')).toContain('不予删除')
  expect(await readFile(kept, 'utf8')).toBe('mine')
  await rm(join(directory, 'demo'), { recursive: true })
})

test('a demo that can not be is told why', async () => {
  await using demo = new Demo('--days', '90')
  expect(await demo.until('expected')).toContain('--days 90: expected 0 to 40')
})
