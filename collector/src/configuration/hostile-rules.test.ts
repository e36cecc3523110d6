import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@wardround/program'
import { expect, test } from 'vitest'
import { catalogue } from '../rules/testing/rules-from-yaml.ts'
import { readRules } from './read-rules.ts'

const RULE = `rules:
  - id: a
    name: {zh: a, en: a}
    value: cpu.usage_active
    warning: {above: 80}
    summary: {zh: a, en: a}
`

/** What reading a rule file comes to: how many rules, or the first problem in Chinese. */
async function read(text: string | Buffer): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-hostile-'))
  await writeFile(join(directory, 'r.yaml'), text)
  try {
    const { definitions } = await readRules({ pack: 'none', directory }, catalogue)
    return `${definitions.size} rules`
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return (error.format('zh-CN').split('\n')[0] ?? '').replace(`${directory}/`, '')
  }
}

const long = (count: number) => 'x'.repeat(count)
const times = (count: number, part: string) => Array(count).fill(part)
const VALUE = 'cpu.usage_active'

test.each([
  ['nothing', '', 'r.yaml:1:1: 文件是空的'],
  ['nothing but comments', '# later\n', 'r.yaml:1:1: 文件是空的'],
  ['a list that holds itself', 'rules: &a [*a]\n', 'r.yaml:1:12: YAML 语法错误：别名（*）引用了'],
  [
    'a rule that is its own name',
    'rules:\n  - &r\n    id: a\n    name: *r\n',
    'r.yaml:4:11: YAML 语法错误：别名',
  ],
  [
    'a sum without end',
    RULE.replace(VALUE, times(20_000, VALUE).join(' + ')),
    'r.yaml:4:4108: 表达式过长',
  ],
  [
    'a condition without end',
    RULE.replace('80}', `80, or: "${times(5000, 'cpu.usage_user > 9').join(' or ')}"}`),
    '表达式过长',
  ],
  ['a name of 64 kB', RULE.replace('zh: a', `zh: ${long(65_536)}`), 'r.yaml:3:16: 值 "xxx'],
  ['a tag of 64 kB', `${RULE}    where: {cpu: ${long(65_536)}}\n`, 'r.yaml:7:18: 值 "xxx'],
  [
    'the key of every object',
    `${RULE}    where: {__proto__: x}\n`,
    'r.yaml:7:13: 未知的键“__proto__”',
  ],
  [
    'an expression that takes seconds to judge',
    `${RULE}    where: {cpu: "~${'(a?)'.repeat(200)}${'a'.repeat(200)}"}\n`,
    'r.yaml:7:20: 正则表达式过长',
  ],
  [
    'an expression that is none',
    `${RULE}    where: {cpu: "~(a"}\n`,
    'r.yaml:7:20: 正则表达式无法解析：括号 ( 没有闭合',
  ],
  [
    'a letter that looks like ours',
    RULE.replace(VALUE, '\u0441pu.usage_active'),
    '无法理解的字符“\u0441”（U+0441）',
  ],
  ['a space without width', RULE.replace(VALUE, 'cpu.usage_\u200Bactive'), '无法理解的字符 U+200B'],
  ['a full-width sign', RULE.replace('80}', '80, and: cpu.usage_user ＞ 5}'), '是否想写“>”？'],
  [
    'an id as long as a page',
    RULE.replace('id: a', `id: ${long(65_536)}`),
    '应为小写字母、数字和下划线',
  ],
  [
    '50,000 keys',
    RULE +
      times(50_000, 'k')
        .map((k, at) => `    ${k}${at}: 1\n`)
        .join(''),
    '未知的键“k0”',
  ],
  ['lines of Windows', RULE.replaceAll('\n', '\r\n'), '1 rules'],
  ['a byte order mark', `\uFEFF${RULE}`, '1 rules'],
  [
    'an anchor',
    RULE.replace('name: {', 'name: &n {').replace('summary: {zh: a, en: a}', 'summary: *n'),
    '1 rules',
  ],
])('a rule file with %s', async (_, text, said) => {
  expect(await read(text)).toContain(said)
})
