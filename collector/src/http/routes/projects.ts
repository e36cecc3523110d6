import { type Language, negotiateLanguage } from '@wardround/program'
import { Type } from 'typebox'
import type { ProjectDesk } from '../../projects/project-desk.ts'
import type { Project } from '../../projects/project.ts'
import type { Api } from '../api.ts'
import { notFound } from '../problem.ts'
import { answers } from '../problem-schema.ts'
import { ProjectAnswer, ProjectName, ProjectRow } from './project-answers.ts'
import { addRecordRoute } from './project-records.ts'
import { type ProjectViewParts, toProjectAnswer, toProjectRow } from './project-view.ts'

export interface ProjectRouteParts extends ProjectViewParts {
  readonly desk: Pick<ProjectDesk, 'incidents' | 'records' | 'record' | 'nowMs'>
  readonly language: () => Language
}

/** What people record, and how a project stands: `/api/v1/projects`. */
export function addProjectRoutes(app: Api, parts: ProjectRouteParts): void {
  const { projects } = parts
  const find = (id: string): Project => {
    const project = projects.find(id)
    if (project !== undefined) return project
    throw notFound({ zh: `没有项目“${id}”`, en: `There is no project "${id}"` })
  }
  app.get(
    '/api/v1/projects',
    {
      schema: {
        summary: 'Contracted systems, with what is wrong and who is on duty',
        response: answers(Type.Object({ projects: Type.Array(ProjectRow) })),
      },
    },
    ({ headers }) => {
      const language = negotiateLanguage(headers['accept-language'], parts.language())
      return { projects: projects.list().map((one) => toProjectRow(one, parts, language)) }
    },
  )
  app.get(
    '/api/v1/projects/:name',
    {
      schema: {
        summary:
          'One system: hosts, findings, counts, clocks of its incidents, who is on duty, records',
        params: Type.Object({ name: ProjectName }),
        response: answers(ProjectAnswer),
      },
    },
    ({ params, headers }) => {
      const language = negotiateLanguage(headers['accept-language'], parts.language())
      return toProjectAnswer(find(params.name), parts, language)
    },
  )
  addRecordRoute(app, { ...parts, find })
}
