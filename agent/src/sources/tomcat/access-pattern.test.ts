import { expect, test } from 'vitest'

import { compileAccessPattern, parseAccessLine } from './access-pattern.ts'
import { findAccessValves } from './access-valves.ts'

function parse(pattern: string, text: string) {
  const compiled = compileAccessPattern(pattern)
  return compiled && parseAccessLine(compiled, text)
}

test.each([
  [
    'common',
    '::1 - admin [22/Nov/2026:10:11:12 +0800] "GET / HTTP/1.1" 200 -',
    { status: 200, bytes: 0 },
  ],
  [
    'combined',
    String.raw`1.2.3.4 - - [22/Nov/2026:10:11:12 +0800] "GET /\"x\" HTTP/1.1" 404 12 "http://a/" "Mozilla/5.0 (\"q\")"`,
    { status: 404, bytes: 12 },
  ],
  ['%s %D', '200 -', { status: 200 }],
  ['%h %T %s %{User-Agent}i', 'host 0.25 503 anything at all [x]', { status: 503, duration: 0.25 }],
  ['%t [%s] (%B)', '[22/Nov/2026:10:11:12 +0800] [201] (7)', { status: 201, bytes: 7 }],
  ['%{ms}T|%s|%b', '12|200|3', { status: 200, duration: 12, bytes: 3 }],
])('%s reads %s', (pattern, text, expected) => {
  expect(parse(pattern, text)).toEqual({ bytes: undefined, duration: undefined, ...expected })
})

test.each([
  ['common', ''],
  ['common', 'rubbish'],
  ['common', 'h - - [t] "GET /" 99 1'],
  ['common', 'h - - [t] "GET /" 2000 1'],
  ['%s %b', '200 1.2.3x'],
])('%s does not take “%s”', (pattern, text) => {
  expect(parse(pattern, text)?.status).toBeUndefined()
})

test.each(['', '%h %b', '%h%s', '%s%b %h'])('can’t take “%s” apart', (pattern) => {
  expect(compileAccessPattern(pattern)).toBeUndefined()
})

test('takes no endless time for a line, however odd it is', () => {
  const pattern = compileAccessPattern('combined')
  for (const part of ['"', '\\', '[', ' ', '" "', ' - [']) {
    const text = `h${part.repeat(60_000)}`
    expect(pattern && parseAccessLine(pattern, text)).toBeUndefined()
  }
})

test('finds the valves of server.xml with Tomcat’s defaults, and only those', () => {
  const xml = `<!-- <Valve className="org.apache.catalina.valves.AccessLogValve" prefix="old"/> -->
    <Valve className='org.apache.catalina.valves.AccessLogValve' directory="/var/log/his" rotatable="false"
      prefix="a" suffix=".txt" pattern="%h &quot;%r&quot; %s"/>
    <Valve className="org.apache.catalina.valves.AccessLogValve" pattern="common"/>
    <Valve className="org.apache.catalina.valves.JsonAccessLogValve" pattern="common"/>
    <Valve className="org.apache.catalina.valves.RemoteAddrValve"/>`
  expect(findAccessValves(xml)).toEqual([
    {
      directory: '/var/log/his',
      prefix: 'a',
      suffix: '.txt',
      dateFormat: '',
      pattern: '%h "%r" %s',
    },
    {
      directory: 'logs',
      prefix: 'access_log',
      suffix: '',
      dateFormat: '.yyyy-MM-dd',
      pattern: 'common',
    },
  ])
})
