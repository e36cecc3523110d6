import { formatDashboard, generateBoards, type Language } from '@wardround/dashboards'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DemoPlaces } from './configuration.ts'

const MARK: Readonly<Record<Language, string>> = { zh: '【演示数据】', en: '[Demo data] ' }

/** A board of the demo, as it stands in a file. */
export interface DemoBoard {
  /** `zh/demo-wardround-host.json` */
  readonly path: string
  readonly text: string
}

/**
 * Every board for the embedded store, marked: title, name and links are the demo's own, so that a Grafana that has the real ones too keeps both, and
 * neither leads to the other.
 */
export function demoBoards(): DemoBoard[] {
  return generateBoards()
    .filter(({ edition }) => edition.dialect === 'influxql')
    .map(({ board, edition: { language }, dashboard }) => {
      const title = MARK[language] + (dashboard.title ?? '')
      const text = formatDashboard({ ...dashboard, title, uid: `demo-${board.uid}` })
        .replaceAll('"/d/wardround-', '"/d/demo-wardround-')
        .replaceAll('"wardround"', '"wardround-demo"')
      return { path: join(language, `demo-${board.uid}.json`), text }
    })
}

/** Writes the boards below the demo's directory, for whoever wants to look with Grafana. */
export async function writeBoards({ directory }: DemoPlaces): Promise<void> {
  for (const { path, text } of demoBoards()) {
    const file = join(directory, 'dashboards', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { mode: 0o640 })
  }
}
