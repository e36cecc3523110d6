import type { LocalizedText } from '@wardround/protocol'
import type { Aside, FoundInstance } from './found-instance.ts'

type Say = (text: LocalizedText) => string

const GRANTS: Readonly<Record<FoundInstance['type'], LocalizedText>> = {
  oracle: {
    zh: '账号由 DBA 运行 docs/grants/oracle.sql 创建',
    en: 'The DBA makes the account with docs/grants/oracle.sql',
  },
  postgresql: {
    zh: '账号由 DBA 运行 docs/grants/postgresql.sql 创建',
    en: 'The DBA makes the account with docs/grants/postgresql.sql',
  },
  mysql: {
    zh: '账号由 DBA 运行 docs/grants/mysql.sql（MariaDB 用 mysql.mariadb.sql）创建',
    en: 'The DBA makes the account with docs/grants/mysql.sql (MariaDB: mysql.mariadb.sql)',
  },
  tomcat: {
    zh: '在 tomcat-users.xml 中为账号配置角色 manager-status，并去掉下两行的注释；不填则只看进程、端口、HTTP 和日志',
    en: 'With an account of the role manager-status in tomcat-users.xml take the two lines out of their comment; without it process, port, HTTP and logs are watched',
  },
}

/** The instances as YAML for `sources:`, each with what a person must fill in. */
export function formatSources(found: readonly FoundInstance[], say: Say): string {
  const names = new Set<string>()
  const entries = found.map((one) => formatSource(one, uniqueName(one.instance, names), say))
  return `sources:\n${entries.join('\n')}`
}

function formatSource(found: FoundInstance, name: string, say: Say): string {
  const { type, about, connect, needsAccount, options, notes } = found
  const mark = needsAccount ? '' : '# '
  const lines = [
    `# ${comment(say(about))}`,
    ...notes.map((note) => `# ${comment(say(note))}`),
    `- type: ${type}`,
    `  instance: ${scalar(name)}`,
    `  connect: ${scalar(connect)}`,
    ...Object.entries(options).map(([key, value]) => `  ${key}: ${scalar(value)}`),
    `  # ${say(GRANTS[type])}`,
    `  ${mark}user: wardround`,
    `  ${mark}password: { file: ${scalar(`/etc/wardround/${name}.password`)} }`,
  ]
  return lines.map((line) => `  ${line}`).join('\n')
}

/** What takes no entry, as comments. */
export function formatAsides(asides: readonly Aside[], say: Say): string {
  return asides.map((aside) => `# ${comment(say(aside))}`).join('\n')
}

/** As the option `instance` takes it, and unlike the others. */
function uniqueName(given: string, names: Set<string>): string {
  const name = given.replaceAll(/[^\w.:-]/g, '_').slice(0, 60) || 'instance'
  let unique = name
  for (let number = 2; names.has(unique); number++) unique = `${name}-${number}`
  names.add(unique)
  return unique
}

/** Plain where YAML can't take it for anything else; a path of somebody else's process may hold anything. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z/][\w./:@-]*$/.test(text) && !text.endsWith(':')
  return isPlain && !/^(?:true|false|null|yes|no|on|off)$/i.test(text) ? text : JSON.stringify(text)
}

function comment(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
