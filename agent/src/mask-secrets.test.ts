import { expect, test } from 'vitest'
import { maskArguments, maskSecrets, maskSetting } from './mask-secrets.ts'

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
  [
    '<db.password type="x"><![CDATA[gehe<im]]></db.password>',
    '<db.password type="x">***]]></db.password>',
  ],
  [
    '<Environment name="db.password" value="a>geheim"/>',
    '<Environment name="db.password" value="***"/>',
  ],
  ['keystorePass="a\\" truststorePass="geheim"', 'keystorePass="***" truststorePass="***"'],
  ['DB_PASSWORD=geheim$def,geheim', 'DB_PASSWORD=***'],
  ['DB_PASSWORD=a&geheim', 'DB_PASSWORD=***'],
  ['-Ddb.password=a\\"geheim geheim', '-Ddb.password=***'],
  ['JAVA_OPTS="-Ddb.password=\\"ge heim\\" -Xmx1g"', 'JAVA_OPTS="-Ddb.password=*** -Xmx1g"'],
  ['{"db_password":"a\\"geheim","user":"app"}', '{"db_password":"***","user":"app"}'],
  ['{\\"password\\":\\"geheim\\"}', '{\\"password\\":***'],
  ['jdbcauth="root:geheim"', 'jdbcauth="***"'],
  ['-Djasypt.encryptor.key=geheim', '-Djasypt.encryptor.key=***'],
  ['-Dencrypt.key=geheim', '-Dencrypt.key=***'],
  ['license_key=geheim', 'license_key=***'],
  ['licenseKey=geheim', 'licenseKey=***'],
  ['secretKey: geheim', 'secretKey: ***'],
  ['password [geheim]', 'password [***]'],
  ['密码为[geheim]', '密码为[***]'],
  ['pwd->geheim', 'pwd->***'],
  ['密码：geheim，用户 a', '密码：***，用户 a'],
  ['refresh_token=geheim', 'refresh_token=***'],
  ['Authorization: Bearer geheim', 'Authorization: ***'],
  ['{"Authorization":"Bearer geheim","path":"/a"}', '{"Authorization":"***","path":"/a"}'],
  ['accessToken: Bearer geheim', 'accessToken: ***'],
  ['Cookie: a=geheim; JSESSIONID=geheim', 'Cookie: ***'],
  ["password='it''s geheim' x=1", "password='***' x=1"],
  ['a?password%3Dgeheim', 'a?password%3D***'],
  ['got bearer eyJgeheim.geheim.x', 'got bearer ***'],
  ['ssh_key=geheim', 'ssh_key=***'],
  ['connect scott/geheim', 'connect scott/***'],
  ['sqlplus -s scott/geheim', 'sqlplus -s scott/***'],
  ['IDENTIFIED WITH sha256_password BY "geheim"', 'IDENTIFIED WITH sha256_password BY ***'],
  ['mysqldump -uroot -pgeheim his', 'mysqldump -uroot -p*** his'],
  ['keystore.pin=geheim', 'keystore.pin=***'],
  ['密码是geheim', '密码是***'],
  ['session_id=geheim', 'session_id=***'],
  ['<add key="password" value="geheim"/>', '<add key="password" value="***"/>'],
  [
    '<property name="password"><value>geheim</value></property>',
    '<property name="password"><value>***</value></property>',
  ],
  ['<entry key="db.password">geheim</entry>', '<entry key="db.password">***</entry>'],
  ['/app;JSESSIONID=geheim', '/app;JSESSIONID=***'],
  ['sqlplus scott/geheim@HCDB', 'sqlplus scott/***@HCDB'],
  ['scott/"ge heim"@hc', 'scott/***@hc'],
  ['http://proxy:ge@heim@10.0.0.1:8080', 'http://proxy:***@10.0.0.1:8080'],
  ['curl -u wal:geheim %p', 'curl -u wal:*** %p'],
  ['(USER=a)(PASSWORD = geheim)(x=1)', '(USER=a)(PASSWORD = ***)(x=1)'],
  ['ALTER USER app IDENTIFIED BY geheim', 'ALTER USER app IDENTIFIED BY ***'],
  ['-----BEGIN RSA PRIVATE KEY-----\ngeheim\n-----END RSA PRIVATE KEY-----\n', '***\n'],
])('%s', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked)
})

test.each([
  '<Connector port="8080" maxThreads="200" connectionTimeout="20000" redirectPort="8443"/>',
  '<param-name>readonly</param-name><param-value>true</param-value>',
  'JAVA_OPTS="-Xmx1g -XX:+UseG1GC -Dfile.encoding=UTF-8"',
  'url="jdbc:postgresql://db:5432/shop"',
  'ftp.passive=true',
  '<Resource name="jdbc/x" auth="Container" type="javax.sql.DataSource"/>',
  '<auth-constraint><role-name>a</role-name></auth-constraint>',
  'BadCredentialsException: Bad credentials',
  'control_files=/u01/HC/control01.ctl, +DATA/HC/control02.ctl',
  'SERVICE=hcstby ASYNC DB_UNIQUE_NAME=hcstby',
  '(ADDRESS=(PROTOCOL=TCP)(HOST=db1)(PORT=1521))',
  'password authentication failed for user "app"',
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
  ['report_password', 'geheim', '***'],
  ['wsrep_sst_auth', 'root:geheim', '***'],
  ['authentication_ldap_simple_bind_root_pwd', 'geheim', '***'],
  ['hashicorp_key_management_token', 'geheim', '***'],
  ['ssl_passphrase_command', 'echo geheim', '***'],
  ['x_pwd', 'geheim', '***'],
  ['dg_api_key', 'geheim', '***'],
  ['cloud_credential', 'geheim', '***'],
  ['some_token', '', ''],
  ['cluster_name', 'token geheim', '***'],
  ['http_proxy', 'http://u:geheim@10.0.0.9/', 'http://u:***@10.0.0.9/'],
  ['remote_login_passwordfile', 'EXCLUSIVE', 'EXCLUSIVE'],
  ['password_encryption', 'scram-sha-256', 'scram-sha-256'],
  ['default_password_lifetime', '0', '0'],
  ['validate_password.length', '8', '8'],
  ['innodb_ft_min_token_size', '3', '3'],
  ['key_buffer_size', '8388608', '8388608'],
  ['sga_target', '8589934592', '8589934592'],
])('setting %s=%s becomes %s', (name, value, masked) => {
  expect(maskSetting(name, value)).toBe(masked)
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
  { note: 'elements', text: 'pass>'.repeat(200_000) },
  { note: 'open elements', text: '<pass>'.repeat(170_000) },
  { note: 'open tags', text: '<a "'.repeat(250_000) },
  { note: 'names in tags', text: `<a ${'name="pass'.repeat(100_000)}` },
  { note: 'one long tag', text: `<a ${'b="c" '.repeat(160_000)}` },
  { note: 'escaped quotes', text: `password=${'\\"'.repeat(500_000)}` },
  { note: 'open quotes', text: `password="'`.repeat(90_000) },
  { note: 'one open quote', text: `password='${'\\" '.repeat(330_000)}` },
  { note: 'open quotes after names', text: `password="${"token='x".repeat(120_000)}` },
  { note: 'brackets', text: 'password['.repeat(110_000) },
  { note: 'commas', text: `password=${','.repeat(1_000_000)}` },
  { note: 'ampersands', text: `password=${'&a'.repeat(500_000)}` },
  { note: 'a long value', text: `password=${'x'.repeat(1_000_000)}` },
  { note: 'cookies', text: 'cookie:'.repeat(140_000) },
  { note: 'users', text: 'ab/'.repeat(330_000) },
  { note: 'slashes', text: '/'.repeat(1_000_000) },
  { note: 'private keys', text: '-----BEGIN PRIVATE KEY-----'.repeat(37_000) },
  { note: 'statements', text: 'identified by '.repeat(70_000) },
  { note: 'tags without values', text: '<a name="pass"> '.repeat(62_000) },
  { note: 'long tags', text: `<a ${'key='.repeat(40)}`.repeat(6_000) },
  { note: 'programs', text: 'mysql '.repeat(160_000) },
  { note: 'switches', text: 'sqlplus -s '.repeat(90_000) },
  { note: 'bearers', text: 'bearer '.repeat(140_000) },
  { note: 'doubled quotes', text: `password='${"''a".repeat(330_000)}` },
  { note: 'keys', text: 'encryptor.'.repeat(100_000) },
])('a megabyte of $note is masked in no time', { timeout: 10_000 }, ({ text }) => {
  expect(maskSecrets(text).length).toBeGreaterThan(0)
})
