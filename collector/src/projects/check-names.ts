import { nearestName } from '@wardround/program'
import { CATALOGUE } from '@wardround/protocol'
import type { Path, ProjectProblems } from './project-problems.ts'
import type { ProjectFile } from './schema/project-file.ts'

/** Sources that have probes: what an agent watches with them can be seen. */
const SOURCE_TYPES = [...new Set(CATALOGUE.map(({ source }) => source))].toSorted()

const PLACE = { zh: '地点', en: 'place' }
const HOST = { zh: '主机', en: 'host' }

/** Names that are there once, and names that must be of something that is there. */
export function checkNames(file: ProjectFile, problems: ProjectProblems): void {
  const subjects = [...file.hosts, ...file.devices].map(({ name }) => name)
  const paths: Path[] = [
    ...file.hosts.map((_, index): Path => ['hosts', index, 'name']),
    ...file.devices.map((_, index): Path => ['devices', index, 'name']),
  ]
  problems.addRepeated(subjects, (index) => paths[index] ?? [])
  const once = (key: 'places' | 'certificates' | 'sla') =>
    problems.addRepeated(
      file[key].map(({ id }) => id),
      (index) => [key, index, 'id'],
    )
  once('places')
  once('certificates')
  once('sla')
  problems.addRepeated(
    file.counts.map(({ kind }) => kind),
    (index) => ['counts', index, 'kind'],
  )
  const hosts = file.hosts.map(({ name }) => name)
  const places = file.places.map(({ id }) => id)
  for (const key of ['hosts', 'devices'] as const)
    file[key].forEach(({ place }, index) =>
      problems.checkName(place, places, [key, index, 'place'], PLACE),
    )
  file.hosts.forEach(({ sources }, index) =>
    sources.forEach((source, at) => {
      const type = typeof source === 'string' ? source : source.type
      if (!SOURCE_TYPES.includes(type))
        problems.add(
          ['hosts', index, 'sources', at],
          { zh: `没有类型为“${type}”的源`, en: `there is no type of source "${type}"` },
          {
            zh: `以下之一：${SOURCE_TYPES.join('、')}`,
            en: `one of ${SOURCE_TYPES.join(', ')}`,
          },
          nearestName(type, SOURCE_TYPES),
        )
    }),
  )
  file.devices.forEach(({ polledBy }, index) =>
    problems.checkName(polledBy, hosts, ['devices', index, 'polledBy'], HOST),
  )
  for (const key of ['backups', 'exchanges'] as const)
    file[key].forEach(({ host }, index) =>
      problems.checkName(host, hosts, [key, index, 'host'], HOST),
    )
  file.certificates.forEach(({ source }, index) =>
    problems.checkName(source?.host, hosts, ['certificates', index, 'source', 'host'], HOST),
  )
}
