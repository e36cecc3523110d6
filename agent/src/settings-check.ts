import type { ConfigProblem, Located } from '@wardround/program'
import type { AgentConfig } from './config.ts'

/** Tags that the collector stamps from what it knows; an agent can't claim them (design D8). */
const STAMPED_TAGS = new Set(['host', 'project', 'role'])

/** Where a collector takes agents in, maybe behind a gateway's own path. */
const AGENT_PATH = '/agent/v1'

/** What no schema can say of addresses and tags. */
export function findProblems(config: Located<AgentConfig>): ConfigProblem[] {
  return [...urlProblems(config), ...tagProblems(config)]
}

function urlProblems(config: Located<AgentConfig>): ConfigProblem[] {
  const { url } = config.value.collector
  const given =
    typeof url === 'string'
      ? [{ text: url, path: ['collector', 'url'] }]
      : url.map((text, index) => ({ text, path: ['collector', 'url', index] }))
  return given.flatMap(({ text, path }) => {
    const problem = problemOfUrl(text)
    return problem === undefined
      ? []
      : [
          config.problem(path, problem, {
            zh: 'wss://主机:端口/agent/v1',
            en: 'wss://HOST:PORT/agent/v1',
          }),
        ]
  })
}

function problemOfUrl(text: string): { zh: string; en: string } | undefined {
  if (!URL.canParse(text)) return { zh: `${text} 不是网址`, en: `${text} is no address` }
  const { username, password, hash, pathname } = new URL(text)
  if (username !== '' || password !== '')
    return { zh: '地址里不能写密码', en: 'an address must not hold a password' }
  if (hash !== '') return { zh: `地址不能有 ${hash}`, en: `an address can't have ${hash}` }
  return pathname.endsWith(AGENT_PATH)
    ? undefined
    : { zh: `地址没有以 ${AGENT_PATH} 结尾`, en: `the address does not end with ${AGENT_PATH}` }
}

function tagProblems(config: Located<AgentConfig>): ConfigProblem[] {
  return Object.keys(config.value.tags)
    .filter((tag) => STAMPED_TAGS.has(tag))
    .map((tag) =>
      config.problem(
        ['tags', tag],
        { zh: `标签 ${tag} 由监控中心填写`, en: `the collector stamps ${tag}` },
        {
          zh: '其他名称；主机的项目和角色写在 collector.yaml 的 hosts 中',
          en: "another name; a host's project and role stand in collector.yaml under hosts",
        },
      ),
    )
}
