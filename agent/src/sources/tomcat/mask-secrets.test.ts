import { expect, test } from 'vitest'
import { maskArguments, maskSecrets } from './mask-secrets.ts'

test.each([
  [
    '<Connector port="8443" keystorePass="geheim" keyAlias="tomcat"/>',
    '<Connector port="8443" keystorePass="***" keyAlias="tomcat"/>',
  ],
  [
    "<Certificate certificateKeystorePassword='geheim' />",
    "<Certificate certificateKeystorePassword='***' />",
  ],
  [
    '<Certificate certificateKeyPassword = "geh&amp;eim"/>',
    '<Certificate certificateKeyPassword = "***"/>',
  ],
  ['keyPass="geheim"\n truststorePass="geheim"', 'keyPass="***"\n truststorePass="***"'],
  [
    '<Connector protocol="AJP/1.3" requiredSecret="geheim" secretRequired="geheim"/>',
    '<Connector protocol="AJP/1.3" requiredSecret="***" secretRequired="***"/>',
  ],
  [
    '<Realm connectionPassword="geheim" userTable="users"/>',
    '<Realm connectionPassword="***" userTable="users"/>',
  ],
  ['url="jdbc:mysql://app:geheim@db:3306/shop"', 'url="jdbc:mysql://app:***@db:3306/shop"'],
  [
    'url="jdbc:mysql://db/shop?user=app&amp;password=geheim&amp;ssl=1"',
    'url="jdbc:mysql://db/shop?user=app&amp;password=***&amp;ssl=1"',
  ],
  [
    'url="jdbc:sqlserver://db;user=app;password=geheim;encrypt=true"',
    'url="jdbc:sqlserver://db;user=app;password=***;encrypt=true"',
  ],
  [
    'url="jdbc:oracle:thin:scott/geheim@//db:1521/ORCL"',
    'url="jdbc:oracle:thin:scott/***@//db:1521/ORCL"',
  ],
  [
    'export JAVA_OPTS="-Xmx1g -Djavax.net.ssl.keyStorePassword=geheim -Dx=1"',
    'export JAVA_OPTS="-Xmx1g -Djavax.net.ssl.keyStorePassword=*** -Dx=1"',
  ],
  ["export DB_PASSWORD='geheim'", "export DB_PASSWORD='***'"],
  ['API_KEY=geheim; TOKEN=geheim', 'API_KEY=***; TOKEN=***'],
  ['keytool -storepass geheim -alias tomcat', 'keytool -storepass *** -alias tomcat'],
  [
    '<param-name>db.password</param-name>\n  <param-value>geheim</param-value>',
    '<param-name>db.password</param-name>\n  <param-value>***</param-value>',
  ],
  [
    '<env-entry-name>secret</env-entry-name><env-entry-type>java.lang.String</env-entry-type><env-entry-value>geheim</env-entry-value>',
    '<env-entry-name>secret</env-entry-name><env-entry-type>java.lang.String</env-entry-type><env-entry-value>***</env-entry-value>',
  ],
  [
    '<Environment name="db/password" type="java.lang.String" value="geheim"/><Parameter value=\'geheim\' name="apiKey"/>',
    '<Environment name="db/password" type="java.lang.String" value="***"/><Parameter value=\'***\' name="apiKey"/>',
  ],
  ['<password>geheim</password>', '<password>***</password>'],
])('%s', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked)
})

test.each([
  '<Connector port="8080" maxThreads="200" connectionTimeout="20000" redirectPort="8443"/>',
  '<param-name>readonly</param-name><param-value>true</param-value>',
  'JAVA_OPTS="-Xmx1g -XX:+UseG1GC -Dfile.encoding=UTF-8"',
  'url="jdbc:postgresql://db:5432/shop"',
  'ftp.passive=true',
])('leaves %s', (text) => {
  expect(maskSecrets(text)).toBe(text)
})

test('arguments: a value with blanks goes whole, and what follows the name of a secret', () => {
  expect(
    maskArguments([
      'java',
      '-Xmx64m',
      '-Ddb.password=ge heim',
      '--token',
      'geheim',
      '-Durl=jdbc:mysql://a:geheim@db/x',
      'start',
    ]),
  ).toEqual([
    'java',
    '-Xmx64m',
    '-Ddb.password=***',
    '--token',
    '***',
    '-Durl=jdbc:mysql://a:***@db/x',
    'start',
  ])
})

test.each([
  { note: 'one word', text: 'x'.repeat(1_000_000) },
  { note: 'names of secrets', text: 'pass'.repeat(250_000) },
  { note: 'names without values', text: 'password= '.repeat(100_000) },
  {
    note: 'parameters without values',
    text: '<param-name>password</param-name> <a>'.repeat(25_000),
  },
  { note: 'addresses', text: 'jdbc://a:b'.repeat(100_000) },
  { note: 'blanks', text: `password${' '.repeat(1_000_000)}` },
  { note: 'dashes', text: ' --'.repeat(300_000) },
])('a megabyte of $note is masked in no time', { timeout: 10_000 }, ({ text }) => {
  expect(maskSecrets(text).length).toBeGreaterThan(0)
})
