import { expect, test } from 'vitest'
import { listTomcatStatements } from '../../testing/tomcat-statements.ts'

const statements = listTomcatStatements()

test('nothing but GET is ever sent, and only to the page, the status and the jmxproxy', () => {
  expect(new Set(statements.map(({ text }) => text.replace(/\?.*/, '')))).toEqual(
    new Set(['GET /', 'GET /manager/status', 'GET /manager/status/all', 'GET /manager/jmxproxy/']),
  )
})

test.each(
  statements.filter(({ text }) => text.includes('jmxproxy')).map(({ id, text }) => ({ id, text })),
)('$id reads MBeans by qry or get, with a narrow pattern', ({ text }) => {
  const query = text.slice(text.indexOf('?') + 1)
  expect(query).toMatch(/^(?:qry=[\w.*]+:(?:[\w]+=[\w.*]+,?)+|get=[\w.]+:type=\w+&att=\w+)$/)
  expect(query).not.toMatch(/\b(?:set|invoke|op|ps|val)=/i)
  // the domain or a name may be any, the type never is
  expect(query).toMatch(/[:,]type=\w+/)
  expect(query).not.toContain('*:*')
  expect(query).not.toMatch(/,\*/)
})

test('what needs a role names the line that gives it, with the least role', () => {
  for (const { text, grants } of statements) {
    const roles =
      text === 'GET /'
        ? undefined
        : text.includes('jmxproxy')
          ? 'manager-status,manager-jmx'
          : 'manager-status'
    expect(grants, text).toEqual(
      roles === undefined
        ? []
        : [`conf/tomcat-users.xml: <user username="wardround" password="…" roles="${roles}"/>`],
    )
  }
})

test('each has an id of its own, but for the variants of one question', () => {
  const byId = Map.groupBy(statements, ({ id }) => id)
  const shared = [...byId].filter(([, all]) => all.length > 1).map(([id]) => id)
  expect(shared).toEqual(['tomcat.status'])
})
