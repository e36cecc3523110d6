import { expect, test } from 'vitest'

import { continuesJavaRecord } from './java-records.ts'
import { RecordGrouper } from './record-grouper.ts'

function group(text: string): string[] {
  const grouper = new RecordGrouper(continuesJavaRecord)
  const records = text.split('\n').map((line, offset) => grouper.push({ offset, text: line }))
  return [...records, grouper.take()].flatMap((record) => record?.lines.join('\n') ?? [])
}

const TRACE = `java.lang.IllegalStateException: no
\tat com.example.A.run(A.java:1)
Caused by: java.sql.SQLException: ORA-20001: wrong
ORA-06512: at "APP.CHECK", line 3

\tat oracle.jdbc.T4C.run(T4C.java:1)
\t... 12 more`

test.each([
  {
    note: 'a line of Tomcat 8 and later, and its trace',
    records: [
      `22-Nov-2026 10:11:12.123 SEVERE [main] org.apache.catalina.core.X wrong\n${TRACE}`,
      '22-Nov-2026 10:11:13.123 INFO [main] next',
    ],
  },
  {
    note: 'Tomcat 10, which indents',
    records: [
      `22-Nov-2026 10:11:12.123 SEVERE [main] wrong\n${TRACE.replaceAll(/^(?!ORA)/gm, '\t')}`,
      '22-Nov-2026 10:11:13.123 INFO [main] next',
    ],
  },
  {
    note: 'Tomcat in Chinese',
    records: [
      `22-十一月-2026 10:11:12.123 严重 [main] org.apache.catalina.core.X 出错\n${TRACE}`,
      '22-11月-2026 10:11:12.123 信息 [main] 继续',
    ],
  },
  {
    note: 'Tomcat 7, with the message on a line of its own',
    records: [
      `Nov 22, 2026 10:11:12 AM org.apache.catalina.core.X start\nSEVERE: wrong\n${TRACE}`,
      'Nov 22, 2026 10:11:13 AM org.apache.catalina.core.X start\nINFO: good',
      '十一月 22, 2026 10:11:13 上午 org.apache.catalina.core.X start\n严重: 出错',
    ],
  },
  {
    note: 'traces without a time, each for itself',
    records: [
      TRACE,
      TRACE,
      'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    ],
  },
  {
    note: 'what programs print, line by line',
    records: ['one', 'two', '2026-11-22 10:11:12,123 ERROR wrong', '[2026-11-22T10:11:12] x'],
  },
  {
    note: 'a message of several lines, and its trace',
    records: [
      `22-Nov-2026 10:11:12.123 SEVERE [a] Servlet.service() threw exception [at line [1]\n\n1: <%@ page %>\n\n\nStacktrace:] with root cause\n${TRACE}`,
      TRACE,
    ],
  },
  {
    note: 'an exception of two lines that nobody traced',
    records: ['java.lang.Error: a\nb', '10:11:12.000 x'],
  },
])('groups $note', ({ records }) => {
  expect(group(records.join('\n'))).toEqual(records)
})

test('does not take endless lines for the message of an exception', () => {
  const lines = Array.from({ length: 60 }, (_, n) => `line ${n}`)
  expect(group(`java.lang.Error: x\n${lines.join('\n')}`).length).toBeGreaterThan(30)
})

test('keeps a bounded part of a record', () => {
  const grouper = new RecordGrouper(() => true)
  for (let n = 0; n < 100_000; n++) grouper.push({ offset: n, text: 'x'.repeat(100) })
  const record = grouper.take()
  expect(record?.offset).toBe(0)
  expect(record?.lines.length).toBeLessThanOrEqual(400)
})

test.each([
  `Exception in thread ${'a '.repeat(100)}`,
  'a.',
  '\t',
  'at ',
  'Caused by: ',
  'java.lang.Error: ',
])('a megabyte of “%s” does not hold up the agent', { timeout: 20_000 }, (part) => {
  const line = part.padEnd(60_000, part.slice(-2).replace(' ', 'x'))
  const text = Array.from({ length: 17 }, () => line).join('\n')
  expect(group(text).length).toBeGreaterThan(0)
})
