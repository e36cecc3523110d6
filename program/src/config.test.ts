import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import {
  checkYaml,
  ConfigError,
  Duration,
  ByteSize,
  loadConfig,
  SecretReference,
  type Language,
} from './index.ts'

const Schema = Type.Object(
  {
    listen: Type.String({ default: '127.0.0.1:8470', description: 'where to listen' }),
    interval: Type.Optional(Duration({ description: 'how often' })),
    outbox: Type.Object(
      {
        maxBytes: ByteSize({ description: 'bound', default: '256MiB' }),
        share: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
      },
      { additionalProperties: false, default: {} },
    ),
    sources: Type.Array(
      Type.Union([
        Type.Object(
          {
            type: Type.Literal('oracle'),
            connect: Type.String({
              description: 'host:port/service',
              descriptionZh: '主机:端口/服务名',
              pattern: '^[^@]+/[^@]+$',
              expected: { zh: '主机:端口/服务名', en: 'HOST:PORT/SERVICE' },
            }),
          },
          { additionalProperties: false },
        ),
        Type.Object(
          { type: Type.Literal('tomcat'), url: Type.String() },
          { additionalProperties: false },
        ),
      ]),
      { default: [] },
    ),
    level: Type.Union([Type.Literal('info'), Type.Literal('debug')], { default: 'info' }),
    token: Type.Optional(SecretReference),
    tags: Type.Record(Type.String(), Type.String(), { default: {} }),
    names: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 3 })], {
      default: 'a',
    }),
  },
  { additionalProperties: false },
)

const check = (text: string, environment = {}) =>
  checkYaml(Schema, { file: 'agent.yaml', text }, environment)

function refusal(text: string, environment = {}, language: Language = 'en'): string {
  try {
    check(text, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.format(language)
    throw error
  }
  throw new Error('expected a ConfigError')
}

describe('a good file', () => {
  test('gets the defaults of the schema where it is silent', () => {
    expect(check('').value).toEqual({
      listen: '127.0.0.1:8470',
      outbox: { maxBytes: '256MiB', share: 0.5 },
      sources: [],
      level: 'info',
      tags: {},
      names: 'a',
    })
  })

  test('keeps what it says, and still knows where it stood', () => {
    const config = check('tags: {dc: east}\nsources:\n  - type: tomcat\n    url: http://x\n')
    expect(config.value.sources).toEqual([{ type: 'tomcat', url: 'http://x' }])
    expect(config.value.tags).toEqual({ dc: 'east' })
    expect(config.locate(['sources', 0, 'url'])).toEqual({ line: 4, column: 10 })
  })

  test.each([
    {
      note: 'a nested key without regard to case',
      name: 'WARDROUND_OUTBOX__MAX_BYTES',
      value: '1MiB',
      path: 'maxBytes',
      expected: '1MiB',
    },
    {
      note: 'a number read as YAML',
      name: 'WARDROUND_OUTBOX__SHARE',
      value: '0.25',
      path: 'share',
      expected: 0.25,
    },
  ])('is overridden by the environment: $note', ({ name, value, path, expected }) => {
    expect(check('outbox: {share: 0.1}', { [name]: value }).value.outbox).toMatchObject({
      [path]: expected,
    })
  })
})

describe('a bad file is refused with its place, what was expected and what was probably meant', () => {
  test.each([
    {
      note: 'unknown key',
      text: 'listen: a\nlisten2: b',
      expected:
        'agent.yaml:2:1: unknown key "listen2"; expected one of listen, interval, outbox, sources, level, token, tags, names; did you mean "listen"?',
    },
    {
      note: 'unknown key deeper',
      text: 'outbox:\n  maxByte: 1MiB',
      expected:
        'agent.yaml:2:3: unknown key "maxByte"; expected one of maxBytes, share; did you mean "maxBytes"?',
    },
    {
      note: 'duration',
      text: 'interval: 10 seconds',
      expected:
        'agent.yaml:1:11: "10 seconds" is not acceptable; expected a duration such as 10s, 5m, 1h or 7d',
    },
    {
      note: 'size',
      text: 'outbox: {maxBytes: lots}',
      expected: 'agent.yaml:1:20: "lots" is not acceptable; expected a size such as 256MiB',
    },
    {
      note: 'number out of range',
      text: 'outbox: {share: 2}',
      expected: 'agent.yaml:1:17: 2 is not acceptable; expected a number from 0 to 1',
    },
    {
      note: 'unknown branch',
      text: 'sources:\n  - type: oracel',
      expected:
        'agent.yaml:2:11: unknown value "oracel"; expected one of "oracle", "tomcat"; did you mean "oracle"?',
    },
    {
      note: 'missing key in the branch that was meant, told once',
      text: 'sources:\n  - type: oracle',
      expected: 'agent.yaml:2:5: "connect" is missing in sources.0 (host:port/service)',
    },
    {
      note: 'text that is to be written in a certain way',
      text: 'sources: [{type: oracle, connect: db1}]',
      expected: 'agent.yaml:1:35: "db1" is not acceptable; expected HOST:PORT/SERVICE',
    },
    {
      note: 'unknown literal',
      text: 'level: debgu',
      expected:
        'agent.yaml:1:8: unknown value "debgu"; expected one of "info", "debug"; did you mean "debug"?',
    },
    {
      note: 'secret in the clear',
      text: 'token: abc',
      expected:
        'agent.yaml:1:8: a secret must not stand in the configuration itself; expected {file: FILE} or {env: VARIABLE}',
    },
    {
      note: 'address with a password, which is not shown',
      text: 'interval: scott/ti:ger@db1:1521/HCDB',
      expected:
        'agent.yaml:1:11: "scott/…@db1:1521/HCDB" is not acceptable; expected a duration such as 10s, 5m, 1h or 7d',
    },
    {
      note: 'list instead of mapping',
      text: '- a',
      expected: 'agent.yaml:1:1: ["a"] is not acceptable; expected a mapping of keys to values',
    },
    {
      note: 'mapping instead of list',
      text: 'sources: {}',
      expected: 'agent.yaml:1:10: {} is not acceptable; expected a list',
    },
    {
      note: 'too short a list',
      text: 'names: []',
      expected: 'agent.yaml:1:8: [] is not acceptable; expected a list of 1 to 3',
    },
    {
      note: 'key without value',
      text: 'listen:',
      expected: 'agent.yaml:1:8: there is no value; expected text (must be string)',
    },
  ])('$note', ({ text, expected }) => {
    expect(refusal(text)).toBe(expected)
  })

  test('YAML that does not parse, with the place of the fault', () => {
    expect(refusal('listen: "a\n')).toMatch(/^agent\.yaml:\d+:\d+: YAML syntax error: /)
    expect(refusal('a: 1\na: 2')).toMatch(
      /^agent\.yaml:2:1: YAML syntax error: key "a" is there twice; expected each key once/,
    )
  })

  test.each([
    {
      note: 'a key twice',
      text: 'a: 1\na: 2',
      expected: 'agent.yaml:2:1: YAML 语法错误：键“a”重复；应为每个键只写一次',
    },
    {
      note: 'an open bracket, at its beginning',
      text: 'level: info\nnames: [a, b\ntags: {}\n',
      expected: 'agent.yaml:2:8: YAML 语法错误：此处的 [ 没有闭合；应为成对的引号和括号',
    },
    {
      note: 'a tab before a key',
      text: 'outbox:\n\tshare: 1\n',
      expected: 'agent.yaml:2:1: YAML 语法错误：缩进不能使用制表符（Tab），请用空格；应为空格',
    },
    {
      note: 'punctuation of an input method',
      text: 'outbox: {share: 1， maxBytes: 1MiB}',
      expected:
        'agent.yaml:1:17: YAML 语法错误：[] 或 {} 之内不能使用缩进写法；应为半角标点：该行含有全角的“，”',
    },
    {
      note: 'a full-width colon after a key',
      text: 'listen：a: 1',
      expected: expect.stringContaining('中的冒号是全角的'),
    },
    {
      note: 'an infinite number',
      text: 'outbox: {share: .inf}',
      expected: 'agent.yaml:1:17: 数值无穷大（.inf）或超出范围；应为 0 到 1 之间的数字',
    },
    {
      note: 'no number',
      text: 'outbox: {share: .nan}',
      expected: 'agent.yaml:1:17: .nan 不是数；应为 0 到 1 之间的数字',
    },
    {
      note: 'a character that nobody sees',
      text: 'level: info\nlisten: "a\u0007b"',
      expected: 'agent.yaml:2:11: YAML 语法错误：不可见的控制字符 U+0007；应为可见的文本',
    },
    {
      note: 'lines that end with a carriage return',
      text: 'level: info\rlisten: a\r',
      expected: 'agent.yaml:1:12: YAML 语法错误：行尾只有回车符（CR）；应为以 LF 或 CRLF 结尾的行',
    },
    {
      note: 'an alias of what it is part of',
      text: 'level: info\ntags: &all { a: *all }',
      expected: 'agent.yaml:2:17: YAML 语法错误：别名（*）引用了包含它自己的内容',
    },
    {
      note: 'a key that is a list',
      text: 'tags: { [a, b]: c }',
      expected: 'agent.yaml:1:9: YAML 语法错误：键必须是字符串',
    },
    {
      note: 'the key of every object',
      text: 'tags: { __proto__: a }',
      expected: 'agent.yaml:1:9: 未知的键“__proto__”',
    },
    {
      note: 'brackets without end',
      text: `names: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      expected: expect.stringMatching(/^agent\.yaml:1:\d+: YAML 语法错误：嵌套太深$/m),
    },
    {
      note: 'no text',
      text: 'listen: 5',
      expected: 'agent.yaml:1:9: 值 5 不合要求；应为文本，并用引号括起来',
    },
    ...[
      'listen: {{host}} 的 CPU 使用率过高',
      'listen: {{host}}',
      'names: [a]\nlisten:  {{ value }} 次',
      'sources:\n  - {type: {{host}}, url: x}',
    ].map((text) => ({
      note: `a template without quotes: ${text}`,
      text,
      expected: expect.stringMatching(
        new RegExp(
          `^agent\\.yaml:${text.split('\n').length}:${(text.split('\n').at(-1) ?? '').indexOf('{{') + 1}: YAML 语法错误：值以 \\{\\{ 开头却没有加引号，.*应为加引号的文本，例如 zh: '\\{\\{host\\}\\} 的 CPU[^\n]*$`,
        ),
      ),
    })),
    {
      note: 'too long a list',
      text: 'names: [a, b, c, d]',
      expected: 'agent.yaml:1:8: 值 ["a","b","c","d"] 不合要求；应为 1 到 3 项的列表',
    },
    {
      note: 'a missing key',
      text: 'sources: [{type: oracle}]',
      expected: 'agent.yaml:1:11: 缺少“connect”（在 sources.0 中）：主机:端口/服务名',
    },
    {
      note: 'text that is to be written in a certain way',
      text: 'sources: [{type: oracle, connect: db1}]',
      expected: 'agent.yaml:1:35: 值 "db1" 不合要求；应为主机:端口/服务名',
    },
    {
      note: 'an open quote',
      text: 'listen: "a\n',
      expected: 'agent.yaml:1:9: YAML 语法错误：此处的 " 没有闭合；应为成对的引号和括号',
    },
    {
      note: 'an alias of nothing',
      text: 'a: *b',
      expected: 'agent.yaml:1:4: YAML 语法错误：别名（*）没有对应的锚点（&），或展开后过大',
    },
  ])('the same in Chinese: $note', ({ text, expected }) => {
    expect(refusal(text, {}, 'zh-CN')).toEqual(expected)
  })

  test('aliases that multiply without end', () => {
    const lines = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...['b', 'c', 'd', 'e'].map(
        (name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcd'[at]}`).join(',')}]`,
      ),
    ]
    expect(refusal(lines.join('\n'))).toMatch(
      /^agent\.yaml:2:8: YAML syntax error: Excessive alias count/,
    )
  })

  test('several faults at once, each on its line', () => {
    expect(refusal('level: x\ninterval: y').split('\n')).toHaveLength(2)
  })

  test('no more faults than anybody reads, and how many more there are', () => {
    const keys = Array.from({ length: 50_000 }, (_, at) => `k${at}: 1`).join('\n')
    const lines = refusal(keys).split('\n')
    expect([lines.length, lines.at(-1)]).toEqual([51, '… and 49950 more'])
  })

  test('an environment variable that names no setting', () => {
    expect(refusal('', { WARDROUND_OUTBOXX__SHARE: '1' })).toBe(
      'WARDROUND_OUTBOXX__SHARE:1:1: this environment variable names no setting; expected a path below one of listen, interval, outbox, sources, level, token, tags, names; did you mean "outbox"?',
    )
  })

  test.each([
    {
      note: 'a variable whose value is not acceptable, by its name',
      environment: { WARDROUND_INTERVAL: 'soon' },
      expected: /^WARDROUND_INTERVAL:1:1: "soon" is not acceptable/,
    },
    {
      note: 'a variable that nearly names a setting',
      environment: { WARDROUND_LISTN: 'a' },
      expected: /^WARDROUND_LISTN:1:1: .*did you mean "listen"\?$/,
    },
  ])('$note', ({ environment, expected }) => {
    expect(refusal('', environment)).toMatch(expected)
  })

  test('in Chinese for Chinese readers', () => {
    try {
      check('listenn: x')
    } catch (error) {
      expect(error instanceof ConfigError && error.format('zh-CN')).toBe(
        'agent.yaml:1:1: 未知的键“listenn”；应为以下之一：listen、interval、outbox、sources、level、token、tags、names；是否想写“listen”？',
      )
    }
    expect.assertions(1)
  })
})

test('a file that is not there is a configuration error that names it', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'wardround-config-')), 'none.yaml')
  await expect(loadConfig(Schema, file)).rejects.toThrow(
    `${file}:1:1: can't be read: no such file or directory (ENOENT)`,
  )
})

test.each([
  ['sources:\n  - type：disk\n', 'sources.0'],
  ['sources: []\noutbox: maxBytes：1MiB\n', 'outbox'],
])('a full-width colon is called by its name: %j', (text, place) => {
  const read = () => checkYaml(Schema, { file: 'agent.yaml', text })
  expect(read).toThrow(ConfigError)
  try {
    read()
  } catch (error) {
    expect(error).toMatchObject({
      problems: [{ path: place, what: { zh: expect.stringContaining('冒号是全角的') } }],
    })
  }
})

describe('a file in another encoding is refused with the place:', () => {
  const written = async (bytes: Buffer) => {
    const file = join(await mkdtemp(join(tmpdir(), 'wardround-encoding-')), 'a.yaml')
    await writeFile(file, bytes)
    const error: unknown = await loadConfig(Schema, file).catch((e) => e)
    return error instanceof ConfigError
      ? error.format('zh-CN').replace(file, 'a.yaml')
      : 'it was taken'
  }
  const text = 'level: info\nlisten: 本机\n'
  const gbk = Buffer.concat([
    Buffer.from('level: info\nlisten: '),
    Buffer.from([0xb1, 0xbe, 0xbb, 0xfa]),
  ])

  test.each([
    ['GBK', gbk, 'a.yaml:2:9: 不是 UTF-8 编码'],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'a.yaml:1:1: 文件是 UTF-16 编码'],
    ['too much', Buffer.alloc(5 * 1_048_576, ' '), 'a.yaml:1:1: 文件过大'],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`), 'it was taken'],
    ['CRLF', Buffer.from(text.replaceAll('\n', '\r\n')), 'it was taken'],
    ['a replacement character', Buffer.from('listen: \uFFFD'), 'it was taken'],
  ])('%s', async (_, bytes, said) => {
    expect(await written(bytes)).toContain(said)
  })
})
