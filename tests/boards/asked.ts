import { fillIn, generateBoards, panelsOf } from '@wardround/dashboards'
import type {
  BoardPanel,
  BoardTarget,
  FilledIn,
  GeneratedBoard,
  Situation,
} from '@wardround/dashboards'
import { HOSTS } from './catalogue-samples.ts'

/** A while ago, so that nothing is told to be too new. */
export const NOW_MS = Math.floor(Date.now() / 60_000) * 60_000 - 120_000
/** Each board in each language of queries. */
export const BOARDS = generateBoards().filter(({ edition }) => edition.language === 'en')

/** Everything chosen, and one host with a name that an expression must quote. */
export const SITUATIONS: readonly Situation['variables'][] = [
  { ds: 'all', project: 'all', role: 'all', host: 'all', instance: 'all' },
  { ds: 'all', project: ['hc'], role: ['database', 'no.such'], host: [...HOSTS], instance: 'all' },
]

export interface Asked {
  readonly panel: BoardPanel
  readonly target: BoardTarget
  readonly filled: FilledIn
}

/** What a board asks, filled in. */
export function askedBy({ dashboard }: GeneratedBoard, variables: Situation['variables']): Asked[] {
  const hours = /^now-(\d+)h$/.exec(dashboard.time?.from ?? '')?.[1]
  const days = /^now-(\d+)d$/.exec(dashboard.time?.from ?? '')?.[1]
  const lengthMs = hours === undefined ? Number(days) * 86_400_000 : Number(hours) * 3_600_000
  const situation = { fromMs: NOW_MS - lengthMs, toMs: NOW_MS, maxDataPoints: 300, variables }
  return panelsOf(dashboard).flatMap((panel) =>
    panel.targets.map((target) => ({ panel, target, filled: fillIn(panel, target, situation) })),
  )
}

/** A variable's query: our boards write it as a text. */
export function textOf(query: unknown): string {
  if (typeof query !== 'string') throw new Error('the query of a variable is no text')
  return query
}

export function nameOf({ panel: { panel }, target }: Asked): string {
  return `${panel.title} ${target.refId}`
}
