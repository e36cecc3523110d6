import { isAbsolute } from 'node:path'
import type { OptionProblem } from '../../source.ts'
import { entriesOf, type Entry } from '../entries-of.ts'
import { toEndpoint } from './endpoint.ts'
import { isFilePattern } from './find-files.ts'
import { toLedgerEntry } from './ledger.ts'

/** What the options of an entry can't say by their shape. */
export function findCertificateProblems(options: Entry): readonly OptionProblem[] {
  const endpoints = entriesOf(options, 'endpoints')
  const files = entriesOf(options, 'files')
  const ledger = entriesOf(options, 'ledger')
  return [
    ...(endpoints.length + files.length + ledger.length === 0 ? [EMPTY] : []),
    ...endpoints.flatMap(problemOfEndpoint),
    ...givenTwice(endpoints),
    ...files.flatMap(problemOfFile),
    ...ledger.flatMap(problemOfLedgerEntry),
  ]
}

const EMPTY: OptionProblem = {
  option: 'endpoints',
  what: { zh: '没有要监视的证书', en: 'there is no certificate to watch' },
  expected: { zh: 'endpoints、files、ledger 至少填写一项', en: 'endpoints, files or ledger' },
}

function problemOfEndpoint(entry: Entry, at: number): OptionProblem[] {
  if (toEndpoint(entry) !== undefined) return []
  const address = String(entry['address'])
  return [
    {
      option: ['endpoints', at, 'address'],
      what: { zh: `${address} 不是可用的地址`, en: `${address} is no address that can be used` },
      expected: {
        zh: '主机:端口（如 10.0.0.5:443、[fd00::5]:443）或 https://主机[:端口]/路径，不含密码和问号后的部分',
        en: 'HOST:PORT (10.0.0.5:443, [fd00::5]:443) or https://HOST[:PORT]/PATH, without password and query',
      },
    },
  ]
}

function givenTwice(endpoints: readonly Entry[]): OptionProblem[] {
  const sources = endpoints.map((entry) => toEndpoint(entry)?.source)
  return sources.flatMap((source, at) =>
    source === undefined || sources.indexOf(source) === at
      ? []
      : [
          {
            option: ['endpoints', at],
            what: { zh: `${source} 出现了两次`, en: `${source} is given twice` },
            expected: { zh: '每个地址和 serverName 一次', en: 'each address and serverName once' },
          },
        ],
  )
}

function problemOfFile(entry: Entry, at: number): OptionProblem[] {
  const path = String(entry['path'])
  if (isAbsolute(path) && isFilePattern(path)) return []
  return [
    {
      option: ['files', at, 'path'],
      what: { zh: `${path} 不能作为文件路径`, en: `${path} is no path that can be used` },
      expected: {
        zh: '绝对路径，通配符 * ? 只能在文件名中',
        en: 'an absolute path, with * and ? in the file’s name only',
      },
    },
  ]
}

function problemOfLedgerEntry(entry: Entry, at: number): OptionProblem[] {
  if (toLedgerEntry(entry) !== undefined) return []
  return [
    {
      option: ['ledger', at],
      what: {
        zh: `${String(entry['name'])} 的日期无效`,
        en: `${String(entry['name'])} has a date that is none`,
      },
      expected: {
        zh: '"2027-05-01" 或 "2027-05-01T12:00:00+08:00"',
        en: '"2027-05-01" or "2027-05-01T12:00:00+08:00"',
      },
    },
  ]
}
