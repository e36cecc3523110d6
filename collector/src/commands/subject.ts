import type { Language } from '@wardround/program'
import { askCollector, readEnded, say } from './ask-collector.ts'
import type { CommonOptions } from './common-options.ts'

/** `subject list`: one line each, device, polling host, since when. */
export async function listSubjects(options: CommonOptions, language: Language): Promise<void> {
  const answer = await askCollector('subject-list', {}, options, language)
  if (answer === undefined) return
  const subjects = readSubjects(answer)
  if (subjects.length === 0) say({ zh: '没有轮询的设备', en: 'no device is polled' }, language)
  for (const { name, agent, sinceMs } of subjects)
    process.stdout.write(`${name}\t${agent}\t${new Date(sinceMs).toISOString()}\n`)
}

/** `subject move NAME --to HOST`. */
export async function moveSubject(
  name: string,
  options: CommonOptions & { readonly to: string },
  language: Language,
): Promise<void> {
  const before = readBefore(
    await askCollector('subject-move', { name, agent: options.to }, options, language),
  )
  if (before === undefined) return
  say(
    {
      zh: `${name}：由 ${before} 移交给 ${options.to}`,
      en: `${name}: handed over from ${before} to ${options.to}`,
    },
    language,
  )
  say(
    {
      zh: `注意：在 ${options.to} 的 agent.yaml 写入该设备之前，没有任何主机轮询它，也不会因此告警；写入后，请从 ${before} 的 agent.yaml 中删去该设备`,
      en: `Note: until the agent.yaml of ${options.to} names the device, nobody polls it and no alert comes of it; then take the device out of the agent.yaml of ${before}`,
    },
    language,
  )
}

/** `subject remove NAME`. */
export async function removeSubject(
  name: string,
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const answer = await askCollector('subject-remove', { name }, options, language)
  const before = readBefore(answer)
  if (before === undefined) return
  const ended = readEnded(answer)
  say(
    {
      zh: `${name}：已移除（原由 ${before} 轮询），结束了 ${ended} 条告警`,
      en: `${name}: removed (${before} polled it), ${ended} alerts ended`,
    },
    language,
  )
}

function readBefore(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && 'before' in answer
    ? String(answer.before)
    : undefined
}

interface ListedSubject {
  readonly name: string
  readonly agent: string
  readonly sinceMs: number
}

function readSubjects(answer: unknown): ListedSubject[] {
  if (typeof answer !== 'object' || answer === null || !('subjects' in answer)) return []
  const { subjects } = answer
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the collector of this program answers on its own socket
  return Array.isArray(subjects) ? (subjects as ListedSubject[]) : []
}
