import type { SourceReference } from '../probe.ts'
import type { OptionProblem, Session, Source, SourceContext } from '../source.ts'
import { addressProblems } from './http/address-problems.ts'
import { SERVER_NAME } from './option-kinds.ts'
import { SERVER_OPTIONS } from './server/server-options.ts'
import { TOMCAT_STATEMENTS } from './tomcat/tomcat-statements.ts'
import type { TomcatSession } from './tomcat/tomcat-session.ts'

/** For `source:` of a probe. */
export const tomcat: SourceReference<TomcatSession> = { type: 'tomcat' }

/**
 * A Tomcat, 7 to 11, by HTTP: a page without a password, the manager's status with the role manager-status, and MBeans through the
 * jmxproxy where `jmx` is set. Java's own management protocol (RMI) is not spoken.
 */
export const tomcatSource: Source<TomcatSession> = {
  type: 'tomcat',
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    ...SERVER_OPTIONS,
    connect: {
      type: 'string',
      pattern: '^https?://[^/?#@\\s]+/?$',
      expected: {
        zh: 'http(s)://主机:端口，不含路径和密码，如 http://127.0.0.1:8080',
        en: 'http(s)://HOST:PORT without a path or a password, such as http://127.0.0.1:8080',
      },
      help: {
        zh: '地址，如 http://127.0.0.1:8080；密码经 http 明文传输，跨主机请用 https',
        en: 'Address, such as http://127.0.0.1:8080; over http the password is sent in clear: use https between hosts',
      },
    },
    user: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '管理应用的账号，角色 manager-status（只读）；不填则只监视进程、端口和 HTTP',
        en: 'Account of the manager application, role manager-status (read only); without it process, port and HTTP are watched',
      },
    },
    password: { type: 'secret', help: { zh: '该账号的密码', en: 'Its password' } },
    manager: {
      type: 'string',
      pattern: '^/[^?#\\s]+$',
      expected: { zh: '以 / 开头的路径，如 /manager', en: 'a path, such as /manager' },
      default: '/manager',
      help: { zh: '管理应用的路径', en: 'Path of the manager application' },
    },
    page: {
      type: 'string',
      pattern: '^/[^#\\s]*$',
      expected: { zh: '以 / 开头的路径，如 /his/login', en: 'a path, such as /his/login' },
      default: '/',
      help: {
        zh: '判断是否存活的页面，不带密码访问；除 / 外，404 也算故障',
        en: 'Page whose answer says whether Tomcat is up, asked for without a password; a 404 counts as down for any but /',
      },
    },
    jmx: {
      type: 'boolean',
      default: false,
      help: {
        zh: '通过 jmxproxy 读取数据源、GC、线程等；需要角色 manager-jmx，该角色本身也能修改和调用 MBean（本程序只用 get 和 qry），请权衡后开启',
        en: 'Read datasources, GC and threads through the jmxproxy; wants the role manager-jmx, which could also write and invoke MBeans (only get and qry are sent): weigh that first',
      },
    },
    caFile: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '信任的 CA 证书（PEM），用于自签名或内部 CA',
        en: 'Certificate authorities to trust (PEM), for a self-signed certificate or an internal authority',
      },
    },
    serverName: SERVER_NAME,
    catalinaBase: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '本机 Tomcat 的 CATALINA_BASE，用于识别进程、读取配置文件和日志',
        en: 'CATALINA_BASE of a Tomcat on this host: tells its process, configuration files and logs',
      },
    },
    logs: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '日志目录，不在 catalinaBase/logs 时填写',
        en: 'Directory of its logs, where that is not catalinaBase/logs',
      },
    },
    logEncoding: {
      type: 'string',
      enum: ['auto', 'utf-8', 'gbk', 'gb18030'],
      default: 'auto',
      help: {
        zh: '日志编码；auto 逐行判断，不是 UTF-8 的按 GB18030 处理',
        en: 'Encoding of its logs; auto takes each line that is not UTF-8 as GB18030',
      },
    },
  },
  required: ['instance', 'connect'],
  statements: TOMCAT_STATEMENTS,
  check: findTomcatProblems,
  async open(context: SourceContext): Promise<Session<TomcatSession>> {
    const { openTomcat } = await import('./tomcat/open-tomcat.ts')
    return openTomcat(context)
  },
}

/** What the options can't say one by one. */
function findTomcatProblems({
  connect,
  user,
  password,
  jmx,
}: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  const problems = [...addressProblems(connect, 'http://127.0.0.1:8080')]
  if ((user === undefined) !== (password === undefined))
    problems.push({
      option: user === undefined ? 'password' : 'user',
      what: { zh: 'user 与 password 须同时填写', en: 'user and password belong together' },
      expected: {
        zh: '两者都填，或都不填（只监视进程、端口和 HTTP）',
        en: 'both, or neither (then process, port and HTTP are watched)',
      },
    })
  if (jmx === true && user === undefined)
    problems.push({
      option: 'jmx',
      what: { zh: 'jmx 需要账号', en: 'jmx needs an account' },
      expected: {
        zh: 'user 与 password，角色 manager-status 和 manager-jmx',
        en: 'user and password, with the roles manager-status and manager-jmx',
      },
    })
  return problems
}
