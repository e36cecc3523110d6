import { expect, test } from 'vitest'
import { parseManagerVersion } from './manager-version.ts'

/** As 7 to 11 have it; the headings are in the server's language. */
function page(...cells: readonly string[]): string {
  const headings = ['Tomcat-Version', 'JVM-Version'].map(
    (one) => ` <td class="header-center"><small>${one}</small></td>`,
  )
  const rows = cells.map((one) => ` <td class="row-center"><small>${one}</small></td>`)
  return `<html><td class="row-center"><a href="/manager/html">x</a></td><tr>\n${headings.join('\n')}\n</tr>\n<tr>\n${rows.join('\n')}\n</tr></html>`
}

test('reads the row of versions, whatever the language of its headings', () => {
  expect(
    parseManagerVersion(
      page(
        'Apache Tomcat/8.5.100',
        '1.8.0_402-b06',
        'Temurin',
        'Linux',
        '3.10.0',
        'amd64',
        'app1',
        '10.0.0.5',
      ),
    ),
  ).toEqual({
    server: 'Apache Tomcat/8.5.100',
    jvm: '1.8.0_402-b06',
    jvmVendor: 'Temurin',
    os: 'Linux',
    osVersion: '3.10.0',
    architecture: 'amd64',
  })
})

test('Tomcat 7 has two cells less', () => {
  expect(parseManagerVersion(page('Apache Tomcat/7.0.109', '1.6.0_45-b06'))).toMatchObject({
    server: 'Apache Tomcat/7.0.109',
    architecture: undefined,
  })
})

test('another page has none', () => {
  expect(parseManagerVersion(page('nginx'))).toBeUndefined()
  expect(parseManagerVersion('')).toBeUndefined()
})
