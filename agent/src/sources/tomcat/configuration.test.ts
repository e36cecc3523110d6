import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  catalinaHomeIn,
  readConfiguration,
  toConfigurationFile,
  toJvmArguments,
} from './configuration.ts'

async function makeBase(files: Readonly<Record<string, string>>): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'wardround-base-'))
  for (const directory of ['conf', 'bin']) await mkdir(join(base, directory))
  for (const [name, text] of Object.entries(files)) await writeFile(join(base, name), text)
  return base
}

test('reads what is there, from the home where the base has none, and never the users', async () => {
  const base = await makeBase({
    'conf/server.xml':
      '<Server><!-- old password="geheim" -->\n<Connector keystorePass="geheim"/></Server>',
    'conf/tomcat-users.xml': '<user password="geheim"/>',
  })
  const home = await makeBase({
    'bin/setenv.sh': 'export DB_PASSWORD=geheim\r\n',
    'conf/server.xml': '<other/>',
  })
  const { files, unreadable } = await readConfiguration(base, home)
  expect(unreadable).toEqual([])
  expect(files).toMatchObject([
    {
      file: 'conf/server.xml',
      text: '<Server>\n<Connector keystorePass="***"/></Server>',
      truncated: false,
    },
    { file: 'bin/setenv.sh', text: 'export DB_PASSWORD=***\n', truncated: false },
  ])
})

test('says which file it may not read', async ({ skip }) => {
  skip(process.getuid?.() === 0, 'not on this machine: root may read everything')
  const base = await makeBase({ 'conf/server.xml': '<Server/>' })
  await chmod(join(base, 'conf/server.xml'), 0)
  expect(await readConfiguration(base, undefined)).toEqual({
    files: [],
    unreadable: [{ file: 'conf/server.xml', reason: 'EACCES' }],
  })
})

test('what is no file, or too long, is said and not read', async () => {
  const base = await makeBase({ 'conf/web.xml': ' '.repeat(1024 * 1024 + 1) })
  await mkdir(join(base, 'conf/server.xml'))
  expect((await readConfiguration(base, undefined)).unreadable).toEqual([
    { file: 'conf/server.xml', reason: 'not a file' },
    { file: 'conf/web.xml', reason: 'too long' },
  ])
})

test('the hash tells a change, but nothing of a password', () => {
  const one = toConfigurationFile('conf/server.xml', '<Connector keystorePass="one" port="1"/>')
  const other = toConfigurationFile('conf/server.xml', '<Connector keystorePass="two" port="1"/>')
  const moved = toConfigurationFile('conf/server.xml', '<Connector keystorePass="one" port="2"/>')
  expect(other.sha256).toBe(one.sha256)
  expect(moved.sha256).not.toBe(one.sha256)
})

test('the thousand types of web.xml are left out, a long text is cut', () => {
  const types = '<mime-mapping>\n<extension>a</extension>\n</mime-mapping>\n'.repeat(1000)
  const { text } = toConfigurationFile('conf/web.xml', `<web-app>\n${types}<servlet/></web-app>`)
  expect(text).toBe('<web-app>\n<servlet/></web-app>')
  expect(toConfigurationFile('bin/setenv.sh', 'x'.repeat(40_000))).toMatchObject({
    truncated: true,
  })
})

test('arguments of the JVM are masked and bounded', () => {
  expect(catalinaHomeIn(['java', '-Dcatalina.home=/opt/tomcat'])).toBe('/opt/tomcat')
  expect(catalinaHomeIn(['java'])).toBeUndefined()
  const given = [
    'java',
    '-Ddb.password=geheim',
    ...Array.from({ length: 1000 }, () => 'x'.repeat(5_000)),
  ]
  const args = toJvmArguments(given)
  expect(args[1]).toBe('-Ddb.password=***')
  expect(args.join('').length).toBeLessThan(50_000)
})

test.each([' ', '\t', '\n', '<!--', '<mime-mapping>', ' <mime-mapping> ', '<!-- -->'])(
  'a megabyte of “%s” does not hold up the agent',
  { timeout: 20_000 },
  (part) => {
    const xml = part.repeat(1_000_000 / part.length)
    expect(toConfigurationFile('conf/web.xml', `a${xml}b`).text).toMatch(/^a/)
  },
)
