import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Board } from '../board.ts'
import type { Edition } from './language.ts'
import { layOut } from './layout.ts'
import { boardList, TAG } from './links.ts'
import { toPanel } from './panels.ts'
import { dataSource } from './targets.ts'
import { toVariables } from './variables.ts'

const REFRESH = '1m'
const ANNOTATIONS = { zh: '注释与 Grafana 告警', en: 'Annotations & Alerts' }

/** A board as classic JSON, which Grafana 9 to 13 read. */
export function toDashboard(board: Board, edition: Edition): Dashboard {
  const { language } = edition
  const builder = new DashboardBuilder(board.title[language])
    .uid(board.uid)
    .id(null)
    .description(board.description[language])
    .tags([TAG])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh(REFRESH)
    .time({ from: board.from ?? 'now-6h', to: 'now' })
    .editable()
    .link(boardList(language))
    .variables(toVariables(board, edition))
    .annotations([ownAnnotations(ANNOTATIONS[language]), ...ruleAnnotations(edition)])
  let id = 0
  for (const [at, { heading, panels }] of layOut(board.sections).entries()) {
    const section = board.sections[at]!
    builder.withRow(new RowBuilder(section.title[language]).id(++id).gridPos(heading))
    for (const [number, gridPos] of panels.entries())
      builder.withPanel(toPanel(section.panels[number]!, { board, edition, id: ++id, gridPos }))
  }
  return builder.build()
}

/** What people write on the board themselves: Grafana expects the entry. */
function ownAnnotations(name: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .builtIn(1)
    .datasource({ type: 'grafana', uid: '-- Grafana --' })
    .enable(true)
    .hide(true)
    .iconColor('rgba(0, 211, 255, 1)')
    .type('dashboard')
}

const FIRING = { zh: 'Prometheus 中的规则', en: 'Rules in Prometheus' }

/** What the exported rules raise where Prometheus or vmalert evaluates them: it writes series of its own about that; InfluxQL's stores have none. */
function ruleAnnotations(edition: Edition): AnnotationQueryBuilder[] {
  if (edition.dialect !== 'promql') return []
  const chosen = 'alertstate="firing",project=~"$project",host=~"$host"'
  return [
    new AnnotationQueryBuilder()
      .name(FIRING[edition.language])
      .datasource(dataSource(edition))
      .enable(true)
      .iconColor('red')
      .expr(`max by (alertname, severity, host) (ALERTS{${chosen}})`)
      .step('1m')
      .titleFormat('{{alertname}}')
      .textFormat('{{host}} {{severity}}')
      .tagKeys('severity,host'),
  ]
}
