import { isIP } from 'node:net'
import type { OptionProblem } from '../../source.ts'
import { entriesOf, type Entry } from '../entries-of.ts'
import { serverOf } from './http-target.ts'

const LISTS = ['ping', 'tcp', 'http', 'dns', 'filecount'] as const

/** What the options of an entry can't say by their shape. */
export function findReachProblems(options: Entry): readonly OptionProblem[] {
  const isEmpty = LISTS.every((list) => entriesOf(options, list).length === 0)
  return [
    ...(isEmpty ? [EMPTY] : []),
    ...entriesOf(options, 'tcp').flatMap(problemOfPort),
    ...entriesOf(options, 'http').flatMap(problemsOfHttp),
    ...entriesOf(options, 'dns').flatMap(problemOfServer),
    ...LISTS.slice(2).flatMap((list) => givenTwice(list, entriesOf(options, list))),
  ]
}

const EMPTY: OptionProblem = {
  option: 'ping',
  what: { zh: '没有要检查的目标', en: 'there is nothing to check' },
  expected: {
    zh: 'ping、tcp、http、dns、filecount 至少填写一项',
    en: 'ping, tcp, http, dns or filecount',
  },
}

function problemOfPort({ address }: Entry, at: number): OptionProblem[] {
  const port = Number(/\d+$/.exec(String(address))?.[0])
  if (port >= 1 && port <= 65_535) return []
  return [
    {
      option: ['tcp', at, 'address'],
      what: { zh: `${String(address)} 的端口无效`, en: `${String(address)} has no such port` },
      expected: { zh: '1 到 65535', en: '1 to 65535' },
    },
  ]
}

function problemsOfHttp(entry: Entry, at: number): OptionProblem[] {
  const url = String(entry['url'])
  const problem = (zh: string, en: string, expected: OptionProblem['expected']): OptionProblem => ({
    option: ['http', at],
    what: { zh: `${url}：${zh}`, en: `${url}: ${en}` },
    expected,
  })
  const isTls = url.startsWith('https:')
  const found: OptionProblem[] = []
  if (!URL.canParse(url))
    found.push(
      problem('不是网址', 'is no address', {
        zh: 'http(s)://主机/路径',
        en: 'http(s)://HOST/PATH',
      }),
    )
  if (!isTls && (entry['caFile'] !== undefined || entry['pinSha256'] !== undefined))
    found.push(
      problem('caFile、pinSha256 只用于 https', 'caFile and pinSha256 are for https', {
        zh: 'https 地址',
        en: 'an https address',
      }),
    )
  if (entry['match'] !== undefined && entry['matchPattern'] !== undefined)
    found.push(
      problem('match 与 matchPattern 只能填一个', 'has match and matchPattern', {
        zh: '其中之一',
        en: 'one of them',
      }),
    )
  if (
    entry['method'] === 'HEAD' &&
    (entry['match'] !== undefined || entry['matchPattern'] !== undefined)
  )
    found.push(
      problem('HEAD 没有正文可匹配', 'HEAD has no body to match', {
        zh: 'method: GET',
        en: 'method: GET',
      }),
    )
  for (const header of entriesOf(entry, 'headers')) {
    const { value, secret } = header
    const isSafe = typeof value !== 'string' || /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)
    if ((value === undefined) === (secret === undefined) || !isSafe)
      found.push(
        problem(
          `请求头 ${String(header['name'])} 的值无效`,
          `the header ${String(header['name'])} has no usable value`,
          {
            zh: 'value 或 secret 之一，单行文本',
            en: 'value or secret, on one line',
          },
        ),
      )
  }
  return found
}

function problemOfServer({ server }: Entry, at: number): OptionProblem[] {
  if (typeof server !== 'string') return []
  const address = server
  const host =
    /^\[(.+)\](?::\d{1,5})?$/.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d{1,5}$/, '$1')
  if (isIP(host) !== 0) return []
  return [
    {
      option: ['dns', at, 'server'],
      what: { zh: `${address} 不是 IP 地址`, en: `${address} is no address of a DNS server` },
      expected: {
        zh: '10.0.0.53、10.0.0.53:5353 或 [fd00::53]:53',
        en: '10.0.0.53, 10.0.0.53:5353 or [fd00::53]:53',
      },
    },
  ]
}

/** Two checks of one list with the same identity would write the same series. */
function givenTwice(list: string, entries: readonly Entry[]): OptionProblem[] {
  const keys = entries.map((entry) => keyOf(list, entry))
  return keys.flatMap((key, at) =>
    keys.indexOf(key) === at
      ? []
      : [
          {
            option: [list, at],
            what: { zh: `${key} 出现了两次`, en: `${key} is given twice` },
            expected: {
              zh: '每项一次（网址问号后的部分不算）',
              en: 'each once (a query does not make another address)',
            },
          },
        ],
  )
}

function keyOf(list: string, entry: Entry): string {
  const text = (name: string, otherwise: string) =>
    typeof entry[name] === 'string' ? entry[name] : otherwise
  if (list === 'http') return `${text('method', 'GET')} ${serverOf(text('url', ''))}`
  if (list === 'dns') return `${text('name', '')} ${text('type', 'A')} @${text('server', '')}`
  return `${text('directory', '')} ${text('pattern', '*')}`
}
