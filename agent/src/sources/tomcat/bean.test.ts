import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { numberIn, parseAttribute, parseBeans, usedIn } from './bean.ts'

const MANAGERS = `OK - Number of results: 2

Name: Catalina:type=Manager,host=localhost,context=/shop
modelerType: org.apache.tomcat.util.modeler.BaseModelMBean
stateName: STARTED
activeSessions: 3
name: StandardManager

Name: Catalina:type=Manager,host=localhost,context=/
activeSessions: 0
pattern: a: b
`

test('reads what is wanted of each bean, and nothing else', () => {
  const beans = parseBeans(MANAGERS, ['activeSessions', 'stateName'])
  expect(beans.map(({ properties }) => properties.get('context'))).toEqual(['/shop', '/'])
  expect(beans.map(({ attributes }) => Object.fromEntries(attributes))).toEqual([
    { stateName: 'STARTED', activeSessions: '3' },
    { activeSessions: '0' },
  ])
})

test('a quoted name loses its quotes, and may hold a comma', () => {
  const [bean] = parseBeans(
    'OK - Number of results: 1\r\n\r\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/a,b"\r\nnumActive: 2\r\n',
    ['numActive'],
  )
  expect(bean?.properties.get('name')).toBe('jdbc/a,b')
  expect(bean?.properties.get('class')).toBe('javax.sql.DataSource')
})

test('an attribute called Name begins no bean', () => {
  const text =
    'OK - Number of results: 1\n\nName: java.lang:type=Runtime\nName: 17034@vm\nUptime: 5\n'
  expect(parseBeans(text, ['Uptime']).map((bean) => numberIn(bean, 'Uptime'))).toEqual([5])
})

test('no result is no bean', () => {
  expect(parseBeans('OK - Number of results: 0\n\n', ['x'])).toEqual([])
})

test.each(['', '<html>', 'Error - javax.management.MalformedObjectNameException'])(
  'refuses %j',
  (text) => {
    expect(() => parseBeans(text, [])).toThrow('does not begin with OK')
    expect(() => parseAttribute(text)).toThrow('names no number')
  },
)

test('reads one attribute', () => {
  expect(parseAttribute("OK - Attribute get 'java.lang:type=Runtime' - Uptime = 26054\n")).toBe(
    26054,
  )
  expect(() =>
    parseAttribute("OK - Attribute get 'java.lang:type=Runtime' - Uptime = null\n"),
  ).toThrow('names no number')
})

test('a number by the first name that is there; −1 is missing, a word is refused', () => {
  const [bean] = parseBeans('OK\n\nName: a:b=c\nmaxTotal: -1\nactive: 4\nidle: many\nempty: \n', [
    'maxTotal',
    'active',
    'idle',
    'empty',
  ])
  expect(numberIn(bean!, 'numActive', 'active')).toBe(4)
  expect(numberIn(bean!, 'maxTotal')).toBeUndefined()
  expect(numberIn(bean!, 'nothing')).toBeUndefined()
  expect(() => numberIn(bean!, 'idle')).toThrow('attribute idle is no number')
  expect(() => numberIn(bean!, 'empty')).toThrow('attribute empty is no number')
})

test.each([
  {
    note: 'as 8.5 and later write it',
    text: '{committed=134217728, init=134217728, max=-1, used=51402192}',
  },
  {
    note: 'as 7 writes it',
    text: 'javax.management.openmbean.CompositeDataSupport(compositeType=javax.management.openmbean.CompositeType(name=java.lang.management.MemoryUsage,items=((itemName=committed,itemType=x),(itemName=used,itemType=x))),contents={committed=134217728, init=134217728, max=-1, used=51402192})',
  },
])('reads the used part of a MemoryUsage $note', ({ text }) => {
  const [bean] = parseBeans(`OK\n\nName: java.lang:type=Memory\nHeapMemoryUsage: ${text}\n`, [
    'HeapMemoryUsage',
  ])
  expect(usedIn(bean!, 'HeapMemoryUsage')).toBe(51402192)
  expect(usedIn(bean!, 'NonHeapMemoryUsage')).toBeUndefined()
})

test('reads the recordings', ({ skip }) => {
  const file = join(import.meta.dirname, '../../../../../shared/samples/tomcat10.1-jmxproxy.txt')
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return skip('not on this machine: the recordings in ../shared')
  }
  const answers = text
    .split(/^### .*$/m)
    .map((answer) => answer.trimStart())
    .filter((answer) => answer.startsWith('OK - Number'))
  expect(answers.length).toBeGreaterThan(4)
  const wanted = ['keepAliveCount', 'activeSessions', 'CollectionCount', 'HeapMemoryUsage']
  const beans = answers.flatMap((answer) => parseBeans(answer, wanted))
  const types = beans.map(({ properties }) => properties.get('type'))
  expect(types).toEqual(
    expect.arrayContaining(['ThreadPool', 'Manager', 'Memory', 'GarbageCollector']),
  )
  expect(
    beans
      .filter(({ properties }) => properties.get('type') === 'ThreadPool')
      .map((bean) => numberIn(bean, 'keepAliveCount')),
  ).toEqual([1])
})
