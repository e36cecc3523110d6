import type { Options } from '../../option.ts'
import { SERVER_OPTIONS } from '../server/server-options.ts'
import { BACKUPS_OPTION } from './declared-backups.ts'

/** What a source of type `oracle` takes in agent.yaml. */
export const ORACLE_OPTIONS = {
  ...SERVER_OPTIONS,
  connect: {
    type: 'string',
    // No user or password in it: those would stand in the clear.
    pattern: '^(\\(.*\\)|[^@\\s]+)$',
    expected: {
      zh: '主机:端口/服务名（不含用户和密码），如 10.0.0.5:1521/HCDB',
      en: 'HOST:PORT/SERVICE (without user and password), such as 10.0.0.5:1521/HCDB',
    },
    help: {
      zh: '连接地址：主机:端口/服务名、主机:端口:SID、tcps://主机:端口/服务名，或完整描述符 (DESCRIPTION=…)；RAC 请填本节点的地址和服务，不要填 SCAN',
      en: 'Where to connect: HOST:PORT/SERVICE, HOST:PORT:SID, tcps://HOST:PORT/SERVICE or a whole (DESCRIPTION=…); on RAC that of the node, not the SCAN',
    },
  },
  user: {
    type: 'string',
    minLength: 1,
    help: {
      zh: '登录用户（只读监控账号；容器库中为 c##wardround 之类的公用用户（common user）或 PDB 内的用户）',
      en: 'The account, which reads only; in a container database a common user such as c##wardround, or one of the PDB',
    },
  },
  password: { type: 'secret', help: { zh: '密码', en: 'Its password' } },
  mode: {
    type: 'string',
    enum: ['thin', 'thick'],
    default: 'thin',
    help: {
      zh: 'thin 无需安装客户端（12.1 及以上）；thick 通过 Oracle Instant Client 19 连接，用于 11.2、原生网络加密（NNE）和只有 10G 口令验证器的账号，在独立子进程中运行',
      en: 'thin needs no client (12.1 and later); thick goes through Oracle Instant Client 19, for 11.2, Native Network Encryption and passwords with a 10G verifier only, in a process of its own',
    },
  },
  clientDirectory: {
    type: 'string',
    minLength: 1,
    help: {
      zh: 'thick 模式：Instant Client 19 的目录（或 ORACLE_HOME/lib）；不填则由系统库路径查找；所有 thick 数据源共用一个',
      en: 'Thick mode: directory of Instant Client 19 (or ORACLE_HOME/lib); looked for in the system’s library path where it is not given; one for all sources',
    },
  },
  configDirectory: {
    type: 'string',
    minLength: 1,
    help: {
      zh: '存放 tnsnames.ora（以及 thick 模式的 sqlnet.ora）的目录',
      en: 'Directory of tnsnames.ora and, in thick mode, sqlnet.ora',
    },
  },
  walletDirectory: {
    type: 'string',
    minLength: 1,
    help: {
      zh: 'TLS：存放 ewallet.pem（客户端证书、私钥和 CA）的目录，thin 模式使用；仅需私有 CA 时改用环境变量 NODE_EXTRA_CA_CERTS；thick 模式的钱包写在 sqlnet.ora 中',
      en: 'TLS in thin mode: directory of ewallet.pem (client certificate, its key and the CA); for a private CA alone set NODE_EXTRA_CA_CERTS in the agent’s environment; thick mode has its wallet from sqlnet.ora',
    },
  },
  walletPassword: {
    type: 'secret',
    help: { zh: 'ewallet.pem 的密码', en: 'Password of ewallet.pem' },
  },
  alertLog: {
    type: 'string',
    pattern: '^([/]|[A-Za-z]:)',
    expected: {
      zh: '完整路径，如 /u01/app/oracle/diag/rdbms/hcdb/hcdb1/trace/alert_hcdb1.log',
      en: 'a whole path, such as /u01/app/oracle/diag/rdbms/hcdb/hcdb1/trace/alert_hcdb1.log',
    },
    help: {
      zh: '告警日志 alert_SID.log 的完整路径；不填则向数据库查询',
      en: 'Path of the alert log alert_SID.log; the database is asked for it where it is not given',
    },
  },
  alertLogEncoding: {
    type: 'string',
    enum: ['auto', 'utf-8', 'gbk', 'gb18030'],
    default: 'auto',
    help: {
      zh: '告警日志编码；auto 逐行判断，不是 UTF-8 的按 GB18030 处理',
      en: 'Encoding of the alert log; auto takes each line that is not UTF-8 as GB18030',
    },
  },
  collectDatabase: {
    type: 'string',
    enum: ['auto', 'always', 'never'],
    default: 'auto',
    help: {
      zh: '是否由本实例采集整库只需采一次的数据（表空间、用户等）：auto 表示 RAC 中由编号最小的已打开实例采集；若该节点没有采集代理，请在另一节点设为 always；PDB 中的数据源只有设为 always 才采集整个 CDB 的事实（FRA、备份等）',
      en: 'Whether this instance collects what is known once per database (tablespaces, users): auto means, on RAC, the open instance with the lowest number; where that node has no agent, set always on another; a source in a PDB collects what is of the whole CDB (recovery area, backups) with always alone',
    },
  },
  backups: BACKUPS_OPTION,
  mounted: {
    type: 'boolean',
    default: false,
    help: {
      zh: '该实例是处于 MOUNT 状态的备库：ORA-01033 是它的正常应答，不算宕机；从主库读取它的延迟',
      en: 'This instance is a standby that is mounted and not open: ORA-01033 is its healthy answer and no outage; its lag is read from the primary',
    },
  },
} as const satisfies Options
