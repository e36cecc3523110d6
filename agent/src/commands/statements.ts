import {
  nearestName,
  pickText,
  UsageError,
  type Language,
  type LocalizedText,
} from '@wardround/program'
import { describeServers, listStatements, type ListedStatement } from '../listed-statements.ts'
import { PROBES, SOURCES } from '../probes.gen.ts'
import type { Source } from '../source.ts'

/** `statements TYPE`: every statement that the agent can ever send to such a server, as a script with its facts in comments. Reads no configuration and connects nowhere. */
export function printStatements(type: string, language: Language): void {
  const source = findServerSource(type, language)
  const listed = listStatements(source, PROBES)
  const say = (text: LocalizedText) => pickText(text, language)
  if (listed.length === 0) {
    process.stdout.write(`-- ${say(noneOfItsOwn(type))}\n`)
    return
  }
  const head = say({
    zh: `wardround-agent 可能发送给 ${type} 的全部语句，共 ${listed.length} 条；清单之外的一律不会发送`,
    en: `Every statement that wardround-agent can ever send to ${type}: ${listed.length}; nothing else can be sent`,
  })
  const blocks = listed.map((entry) => describeListed(entry, say))
  process.stdout.write(`${[`-- ${head}`, ...blocks].join('\n\n')}\n`)
}

/** Sources whose statements, if any, are the site's: those of a data exchange. */
function noneOfItsOwn(type: string): LocalizedText {
  return {
    zh: `${type} 没有自带的语句；除建立会话的语句外（见 statements postgresql、mysql、oracle），只发送 agent.yaml 中该条目写明的语句`,
    en: `${type} has no statements of its own; beside what sets a session up (see statements postgresql, mysql, oracle), only those that its entry in agent.yaml spells out are sent`,
  }
}

const COST = {
  cheap: { zh: '开销小', en: 'cheap' },
  moderate: { zh: '开销中等', en: 'moderate' },
  slow: { zh: '开销大', en: 'slow' },
} as const

function describeListed(
  { statement, everySeconds }: ListedStatement,
  say: (text: LocalizedText) => string,
): string {
  const { id, text, cost, reads, grants } = statement
  const seconds = statement.everySeconds ?? everySeconds
  const interval =
    seconds === undefined
      ? say({ zh: '由会话自身发送', en: 'sent by the session itself' })
      : say({ zh: `每 ${seconds} 秒`, en: `every ${seconds} s` })
  const servers = describeServers(statement)
  const facts = [interval, say(COST[cost]), ...(servers === '' ? [] : [servers])].join(' · ')
  return [
    `-- ${id}  ${facts}`,
    ...(reads.length === 0
      ? []
      : [`-- ${say({ zh: '读取：', en: 'reads: ' })}${reads.join(', ')}`]),
    ...grants.map((grant) => `-- ${say({ zh: '权限：', en: 'needs: ' })}${grant}`),
    /^(?:GET|POST|DELETE) /.test(text) ? text : `${text.trim()};`,
  ].join('\n')
}

/** @throws UsageError for a type that connects to no server */
function findServerSource(type: string, language: Language): Source<unknown> {
  const servers = SOURCES.filter(({ statements }) => statements !== undefined)
  const source = servers.find((candidate) => candidate.type === type)
  if (source !== undefined) return source
  const types = servers
    .filter(({ statements }) => statements?.length !== 0)
    .map((candidate) => candidate.type)
  const near = nearestName(type, types)
  const message = {
    zh: `“${type}”不是会连接服务器的数据源类型；应为：${types.join('、')}${near === undefined ? '' : `；是否想写“${near}”？`}`,
    en: `"${type}" is no type of source that connects to a server; expected one of ${types.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  }
  throw new UsageError(pickText(message, language))
}
