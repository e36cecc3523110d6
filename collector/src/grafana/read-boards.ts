import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GrafanaError } from './grafana-error.ts'

/** In which form the boards are wanted. */
export interface BoardEdition {
  /** What Grafana's data source asks: the collector and InfluxDB speak InfluxQL, VictoriaMetrics PromQL. */
  readonly store: BoardStore
  readonly language: 'zh' | 'en'
}

export const BOARD_STORES = ['embedded', 'influxdb', 'victoriametrics'] as const

export type BoardStore = (typeof BOARD_STORES)[number]

/** A board as its generated file has it. */
export interface BoardFile {
  readonly uid: string
  readonly title: string
  readonly dashboard: object
}

/** dashboards/json of a checkout, or beside the bundle in a release. */
function boardsDirectory(): string {
  const candidates = ['../../../dashboards/json/', './dashboards/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return candidates.find((path) => existsSync(join(path, 'influxql'))) ?? candidates[0] ?? ''
}

/** The boards of one form, by uid. @throws GrafanaError where they are not there */
export function readBoards(
  { store, language }: BoardEdition,
  directory = boardsDirectory(),
): BoardFile[] {
  const dialect = store === 'victoriametrics' ? 'promql' : 'influxql'
  const folder = join(directory, dialect, language)
  const files = globSync('*.json', { cwd: folder }).sort()
  if (files.length === 0) {
    throw new GrafanaError({
      zh: `${folder} 中没有看板文件；安装可能不完整，请重新安装`,
      en: `There are no boards in ${folder}: the installation may not be whole`,
    })
  }
  return files.map((file) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- generated, and checked by tests/boards
    const dashboard = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      uid: string
      title: string
    }
    return { uid: dashboard.uid, title: dashboard.title, dashboard }
  })
}
