import { expect, test } from 'vitest'

import type { Statement } from '../../agent/src/statement.ts'
import { fillIn } from './grants-script.ts'

function statement(grants: readonly string[], given: Partial<Statement> = {}): Statement {
  return { id: 'x.y', text: 'SELECT 1', reads: [], grants, cost: 'cheap', ...given }
}

test('each grant stands once, with the versions that need it', () => {
  const statements = [
    statement(['GRANT SELECT ON a TO wardround']),
    statement(['GRANT SELECT ON a TO wardround', 'GRANT SELECT ON b TO wardround'], {
      since: [12, 2],
    }),
    statement(['GRANT SELECT ON b TO wardround'], { since: [18] }),
    statement(['GRANT SELECT ON c TO wardround'], { since: [11, 2], before: [18] }),
    statement(['GRANT SELECT ON d TO wardround'], { before: [12] }),
    statement(['GRANT SELECT ON d TO wardround'], { before: [19] }),
  ]
  expect(fillIn('-- head\n{{grants}}\n-- foot\n', statements)).toBe(
    [
      '-- head',
      'GRANT SELECT ON a TO wardround;',
      '',
      '-- < 19',
      'GRANT SELECT ON d TO wardround;',
      '',
      '-- 11.2+ < 18',
      'GRANT SELECT ON c TO wardround;',
      '',
      '-- 12.2+',
      'GRANT SELECT ON b TO wardround;',
      '-- foot',
      '',
    ].join('\n'),
  )
})

test('a line may ask for one trait of the server, and for a form of its own', () => {
  const statements = [
    statement(['GRANT PROCESS ON *.* TO wardround']),
    statement(['GRANT BINLOG MONITOR ON *.* TO wardround'], { where: { flavour: ['mariadb'] } }),
    statement(['GRANT REPLICATION CLIENT ON *.* TO wardround', 'CREATE VIEW v AS SELECT 1'], {
      where: { flavour: ['mysql'] },
    }),
  ]
  expect(fillIn('{{grants flavour=mysql as {grant} /* mysql */;}}', statements)).toBe(
    [
      'GRANT PROCESS ON *.* TO wardround /* mysql */;',
      'GRANT REPLICATION CLIENT ON *.* TO wardround /* mysql */;',
      'CREATE VIEW v AS SELECT 1;',
    ].join('\n'),
  )
})

test('what only past versions need may stand as a comment', () => {
  const statements = [
    statement(['GRANT a TO wardround']),
    statement(['GRANT b TO wardround'], { since: [10, 5, 2], before: [10, 5, 9] }),
    statement(['GRANT c TO wardround'], { since: [10, 5, 9] }),
  ]
  expect(fillIn('{{grants, past versions as comments}}', statements).split('\n')).toEqual([
    'GRANT a TO wardround;',
    '',
    expect.stringMatching(/^-- 10\.5\.2\+ < 10\.5\.9：.* \/ needed on these versions alone/),
    '-- GRANT b TO wardround;',
    '',
    '-- 10.5.9+',
    'GRANT c TO wardround;',
  ])
})

test('of elements of XML one stands, and what may take its place is a comment', () => {
  const statements = [
    statement(['users.xml: <user roles="a"/>']),
    statement(['users.xml: <user roles="a,b"/>']),
    statement(['users.xml: <user roles="a"/>']),
    statement([]),
  ]
  expect(fillIn('<users>\n{{grants as elements}}\n</users>\n', statements)).toBe(
    '<users>\n  <user roles="a"/>\n  <!-- <user roles="a,b"/> -->\n</users>\n',
  )
})

test('a form may name another receiver', () => {
  const statements = [statement(['GRANT SELECT ON SYS.V_$LOG TO wardround'])]
  expect(fillIn('{{grants as {grant:TO &account} &scope;}}', statements)).toBe(
    'GRANT SELECT ON SYS.V_$LOG TO &account &scope;',
  )
})

test('a view that the DBA makes, and the grant on it, have no scope', () => {
  const view = 'CREATE OR REPLACE VIEW SYS.WARDROUND_V AS SELECT 1 AS N FROM DUAL'
  const statements = [
    statement([view, 'GRANT SELECT ON SYS.WARDROUND_V TO wardround'], { before: [18] }),
  ]
  const template = '{{grants, past versions as comments as {grant:TO &account} &scope;}}'
  expect(fillIn(template, statements).split('\n').slice(2)).toEqual([
    `-- ${view};`,
    '-- GRANT SELECT ON SYS.WARDROUND_V TO &account;',
  ])
})

test('a template without the line is refused', () => {
  expect(() => fillIn('-- nothing', [])).toThrow('no line {{grants}}')
})
