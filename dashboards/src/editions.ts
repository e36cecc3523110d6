import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { BOARDS } from './boards.gen.ts'
import type { Board } from './board.ts'
import { DIALECTS, LANGUAGES } from './grafana/language.ts'
import type { Edition } from './grafana/language.ts'
import { toDashboard } from './grafana/to-dashboard.ts'

/** One board in one of its four forms. */
export interface GeneratedBoard {
  readonly board: Board
  readonly edition: Edition
  /** From the repository's root: `dashboards/json/influxql/zh/wardround-host.json`. */
  readonly path: string
  readonly dashboard: Dashboard
}

/** Every board for both query languages, in both languages that people read. */
export function generateBoards(): GeneratedBoard[] {
  const editions = DIALECTS.flatMap((dialect) =>
    LANGUAGES.map((language) => ({ dialect, language })),
  )
  return editions.flatMap((edition) =>
    BOARDS.map((board) => ({
      board,
      edition,
      path: `dashboards/json/${edition.dialect}/${edition.language}/${board.uid}.json`,
      dashboard: toDashboard(board, edition),
    })),
  )
}

/** A dashboard as it stands in its file. */
export function formatDashboard(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, undefined, 1)}\n`
}
