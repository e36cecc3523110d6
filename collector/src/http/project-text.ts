import type { ProjectDesk } from '../projects/project-desk.ts'
import { family } from './worker-text.ts'

/** Incidents and records of projects in Prometheus's text format. */
export function formatProjects(status: ReturnType<ProjectDesk['status']>): string {
  const { incidents, recordsRefused, recordsPassedOver } = status
  return [
    ...family('incidents', 'gauge', 'Incidents that are not over.', [` ${incidents}`]),
    ...family('project_records_lost_total', 'counter', 'Records of people without room.', [
      `{reason="refused"} ${recordsRefused}`,
      `{reason="passed_over_at_start"} ${recordsPassedOver}`,
    ]),
    '',
  ].join('\n')
}
