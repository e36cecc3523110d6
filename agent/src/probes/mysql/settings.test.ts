import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MYSQL_5_7, MYSQL_8_4, MYSQL_8_4_BARE, shownRows } from '../../testing/mysql-answers.ts'
import settings from './settings.ts'

test('MySQL 8 says where a setting comes from', async () => {
  const session = new AnsweringSession(MYSQL_8_4, {
    'mysql.settings': [
      { name: 'max_connections', value: '500', origin: 'GLOBAL' },
      { name: 'secure_file_priv', value: null, origin: 'COMPILED' },
    ],
  })
  const { documents, samples } = await sampleOnce(settings, session)
  expect(samples).toEqual([])
  expect(documents).toEqual([
    {
      name: 'mysql_settings:hcdb1',
      keep: 'history',
      body: {
        settings: [
          { name: 'max_connections', value: '500', origin: 'GLOBAL' },
          { name: 'secure_file_priv', value: null, origin: 'COMPILED' },
        ],
      },
    },
  ])
})

test.each([MYSQL_5_7, MYSQL_8_4_BARE])(
  '$versionText without it gives the important ones',
  async (facts) => {
    const session = new AnsweringSession(facts, {
      'mysql.settings': shownRows({ sql_mode: '', max_connections: '151' }),
    })
    const { documents } = await sampleOnce(settings, session)
    expect(session.sent[0]?.statement.text).toContain('SHOW GLOBAL VARIABLES WHERE')
    expect(documents[0]?.body).toEqual({
      settings: [
        { name: 'sql_mode', value: '' },
        { name: 'max_connections', value: '151' },
      ],
    })
  },
)

test.each([
  'report_password',
  'wsrep_sst_auth',
  'authentication_ldap_simple_bind_root_pwd',
  'hashicorp_key_management_token',
  'ssl_passphrase',
  'init_connect',
  'wsrep_provider_options',
])('the value of %s is masked', async (name) => {
  const session = new AnsweringSession(MYSQL_8_4, {
    'mysql.settings': [{ name, value: 'tiger', origin: 'GLOBAL' }],
  })
  const { documents } = await sampleOnce(settings, session)
  expect(documents[0]?.body).toEqual({ settings: [{ name, value: '***', origin: 'GLOBAL' }] })
})
