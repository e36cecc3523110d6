// Pictures of the Grafana boards without a Grafana: node scripts/board-pictures.ts [http://127.0.0.1:8471] asks a running demo what each panel asks, draws the
// board's layout with the answers and takes it with the Chromium of the system, into docs/images/boards. Chinese titles.
import {
  BOARD_WIDTH,
  drawBoard,
  fillIn,
  generateBoards,
  panelsOf,
  toMilliseconds,
  type AnsweredPanel,
  type AnsweredSeries,
  type BoardPanel,
  type GeneratedBoard,
  type Situation,
} from '@wardround/dashboards'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { ROOT } from './checks.ts'

const CHROMIUM = '/usr/bin/chromium'
const TIME_ZONE = 'Asia/Shanghai'
const WINDOWS = 300
const FIRST_HEIGHT = 600
const EVERYTHING = { ds: 'all', project: 'all', role: 'all', host: 'all', instance: 'all' } as const
/** Boards that people look at with one host chosen. */
const OF_ONE_HOST: ReadonlySet<string> = new Set(['wardround-host', 'wardround-processes'])
const ONE_HOST = { ...EVERYTHING, host: ['demo-ora-1'] }

interface InfluxAnswer {
  readonly results: readonly { readonly error?: string; readonly series?: AnsweredSeries[] }[]
}

async function ask(address: string, statement: string): Promise<readonly AnsweredSeries[]> {
  const parameters = new URLSearchParams({ db: 'wardround', epoch: 'ms', q: statement })
  const response = await fetch(`${address}/query?${parameters.toString()}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`${statement}: ${text}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- InfluxDB's API
  const { results } = JSON.parse(text) as InfluxAnswer
  const [result] = results
  if (result?.error !== undefined) throw new Error(`${statement}: ${result.error}`)
  return result?.series ?? []
}

async function askPanel(
  address: string,
  board: BoardPanel,
  shown: Pick<Situation, 'fromMs' | 'toMs' | 'variables'>,
): Promise<AnsweredPanel> {
  const situation = { ...shown, maxDataPoints: WINDOWS }
  const answers = []
  let span = { fromMs: shown.fromMs, toMs: shown.toMs, stepMs: 0, timeZone: TIME_ZONE }
  for (const target of board.targets) {
    const { statement, fromMs, toMs, stepMs } = fillIn(board, target, situation)
    span = { fromMs, toMs, stepMs, timeZone: TIME_ZONE }
    answers.push({ refId: target.refId, series: await ask(address, statement) })
  }
  return { answers, span }
}

async function drawFrom(address: string, { board, dashboard }: GeneratedBoard): Promise<string> {
  const toMs = Date.now()
  const lengthMs = toMilliseconds(dashboard.time?.from.replace('now-', '') ?? '6h')
  const variables = OF_ONE_HOST.has(board.uid) ? ONE_HOST : EVERYTHING
  const shown = { fromMs: toMs - lengthMs, toMs, variables }
  const answered = new Map<number, AnsweredPanel>()
  for (const panel of panelsOf(dashboard))
    answered.set(panel.panel.id ?? 0, await askPanel(address, panel, shown))
  const title = `【演示数据】${dashboard.title ?? ''}`
  return drawBoard({ ...dashboard, title }, answered)
}

const [address = 'http://127.0.0.1:8471'] = process.argv.slice(2)
const ready = await fetch(`${address}/readyz`)
if (ready.headers.get('wardround-demo') !== 'true')
  throw new Error(`${address} is no demo: pictures are taken of invented data alone`)
const directory = join(ROOT, 'docs', 'images', 'boards')
await mkdir(directory, { recursive: true })
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
})
try {
  const page = await browser.newPage({ viewport: { width: BOARD_WIDTH, height: FIRST_HEIGHT } })
  const boards = generateBoards().filter(
    ({ edition }) => edition.dialect === 'influxql' && edition.language === 'zh',
  )
  for (const board of boards) {
    await page.setContent(await drawFrom(address, board))
    await page.screenshot({ path: join(directory, `${board.board.uid}.png`), fullPage: true })
    console.log(board.board.uid)
  }
} finally {
  await browser.close()
}
