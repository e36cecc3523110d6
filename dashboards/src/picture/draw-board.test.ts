import { describe, expect, test } from 'vitest'
import { generateBoards, panelsOf, type BoardPanel } from '../index.ts'
import { drawBoard, type AnsweredPanel } from './draw-board.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)
const HOUR_MS = 3_600_000
const SPAN = {
  fromMs: NOW_MS - 6 * HOUR_MS,
  toMs: NOW_MS,
  stepMs: HOUR_MS,
  timeZone: 'Asia/Shanghai',
}

/** Answers such as a store gives: two hosts, one of them with a name that is no markup. */
function answerTo({ targets }: BoardPanel): AnsweredPanel {
  const answers = targets.map(({ refId, statement, isInstant }) => {
    const column = /AS "([^"]+)"/.exec(statement)?.[1] ?? 'value'
    const groups = [...(statement.split(' GROUP BY ').at(-1) ?? '').matchAll(/"(\w+)"/g)]
    const times = isInstant ? [0] : [0, 1, 2, 3, 4, 5].map((hour) => SPAN.fromMs + hour * HOUR_MS)
    const series = ['<db1>', 'app1'].map((host) => ({
      tags: Object.fromEntries(groups.map(([, tag = '']) => [tag, tag === 'host' ? host : 'x'])),
      columns: ['time', column],
      values: times.map((time, at) => [time, at === 2 ? null : 1]),
    }))
    return { refId, series }
  })
  return { answers, span: SPAN }
}

describe.each(generateBoards().filter(({ edition }) => edition.dialect === 'influxql'))(
  '$path',
  ({ dashboard }) => {
    const panels = panelsOf(dashboard)
    const answered = new Map(panels.map((one) => [one.panel.id ?? 0, answerTo(one)]))
    const page = drawBoard(dashboard, answered)

    test('has every panel by its title, at its place', () => {
      expect(page.match(/class="panel"/g)).toHaveLength(panels.length)
      for (const { panel } of panels) expect(page).toContain(`<h3>${panel.title}`)
    })

    test('has no number that is none, and no text that is markup', () => {
      expect(page).not.toMatch(/NaN|undefined|Infinity/)
      expect(page).not.toContain('<db1>')
      expect(page).toContain('&lt;db1&gt;')
    })
  },
)

test('a panel without an answer is an empty frame', () => {
  const [board] = generateBoards()
  const page = drawBoard(board!.dashboard, new Map())
  expect(page).not.toContain('<svg')
  expect(page).toContain('class="panel"')
})
