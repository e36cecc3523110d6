import { PORTS_PATTERN } from './expand-ports.ts'
import type { Options } from '../../option.ts'
import { METRICS_OPTION } from './metric-options.ts'
import { SERVER_OPTIONS } from '../server/server-options.ts'
import { TARGET_PATTERN } from './snmp-target.ts'

const PORT_LIST = {
  type: 'array',
  default: [],
  maxItems: 1024,
  items: {
    type: 'string',
    pattern: PORTS_PATTERN,
    expected: {
      zh: '端口或号码范围，如 3、0-15、fc1/1',
      en: 'a port or a range of numbers, such as 3, 0-15 or fc1/1',
    },
  },
} as const

/** What an entry `type: snmp` takes in agent.yaml. */
export const SNMP_OPTIONS = {
  subject: {
    type: 'string',
    pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$',
    expected: {
      zh: '设备名：字母、数字及中间的 . _ -，如 fcsw1',
      en: 'the name of the device: letters and digits, with . _ - between them, such as fcsw1',
    },
    help: {
      zh: '设备名称：其序列的 host 标签，也是该数据源的默认名称',
      en: 'Name of the device: the tag host of its series, and the name of the source where it has none',
    },
  },
  connect: {
    type: 'string',
    pattern: TARGET_PATTERN,
    expected: {
      zh: '主机、主机:端口 或 [IPv6 地址]:端口，如 10.1.0.9、[fd00::9]:1161',
      en: 'HOST, HOST:PORT or [IPv6 address]:PORT, such as 10.1.0.9 or [fd00::9]:1161',
    },
    help: {
      zh: '地址，默认端口 161；IPv6 地址写在方括号内',
      en: 'Address, port 161 unless given; an IPv6 address in brackets',
    },
  },
  version: {
    type: 'string',
    enum: ['v1', 'v2c', 'v3'],
    default: 'v3',
    help: {
      zh: '协议版本；v1 和 v2c 的团体名以明文传输，仅用于不支持 v3 的设备',
      en: 'Version of the protocol; v1 and v2c send the community in clear: only for devices that know no v3',
    },
  },
  community: {
    type: 'secret',
    help: { zh: '只读团体名（v1、v2c）', en: 'Read-only community (v1, v2c)' },
  },
  user: {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{1,32}$',
    expected: { zh: '1 到 32 个可打印字符', en: '1 to 32 printable characters' },
    help: { zh: 'SNMPv3 用户名', en: 'User of SNMPv3' },
  },
  authProtocol: {
    type: 'string',
    enum: ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'],
    default: 'sha256',
    help: {
      zh: '认证算法；md5 和 sha（SHA-1）仅用于旧设备',
      en: 'Authentication; md5 and sha (SHA-1) only for old devices',
    },
  },
  authKey: {
    type: 'secret',
    help: {
      zh: '认证密钥，8 个字符以上；不填则不认证、不加密',
      en: 'Key of the authentication, 8 characters or more; without it nothing is authenticated or encrypted',
    },
  },
  privProtocol: {
    type: 'string',
    enum: ['des', 'aes', 'aes256b', 'aes256r'],
    default: 'aes',
    help: {
      zh: '加密算法：aes 为 128 位；256 位密钥有两种扩展方案：aes256b（Blumenthal，net-snmp 等）、aes256r（Reeder，Cisco 等）；des 仅用于旧设备',
      en: 'Encryption: aes has 128 bits; of 256 bits there are two schemes, aes256b (Blumenthal: net-snmp and others) and aes256r (Reeder: Cisco and others); des only for old devices',
    },
  },
  privKey: {
    type: 'secret',
    help: {
      zh: '加密密钥，8 个字符以上；不填则不加密',
      en: 'Key of the encryption, 8 characters or more; without it nothing is encrypted',
    },
  },
  context: {
    type: 'string',
    pattern: '^[\\x20-\\x7e]{1,255}$',
    expected: { zh: '可打印字符，如 VF:128', en: 'printable characters, such as VF:128' },
    help: {
      zh: '上下文名（v3），如 Brocade 虚拟交换机的 VF:128',
      en: 'Name of the context (v3), such as VF:128 for a virtual fabric of Brocade',
    },
  },
  maxRepetitions: {
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 20,
    help: {
      zh: '一次 GETBULK 最多取多少行；设备称报文过大时自动减半',
      en: 'Most rows of one GETBULK; halved by itself where the device says that it is too much',
    },
  },
  timeout: {
    type: 'duration',
    default: '2s',
    help: { zh: '等待一个应答的时间', en: 'Longest wait for one answer' },
  },
  retries: {
    type: 'integer',
    minimum: 0,
    maximum: 5,
    default: 2,
    help: {
      zh: '无应答时重发的次数；设备已无应答后只试一次',
      en: 'How often a question is repeated that finds no answer; once the device is gone there is one try only',
    },
  },
  budget: {
    type: 'duration',
    default: '30s',
    help: {
      zh: '每分钟最多占用该设备的查询时间',
      en: 'Longest that questions may keep the device busy in any minute',
    },
  },
  quietHours: {
    ...SERVER_OPTIONS.quietHours,
    help: {
      zh: '静默时段（本机时区），期间不发送任何请求',
      en: 'Times of day (local) in which nothing is sent',
    },
  },
  processes: {
    type: 'array',
    default: [],
    maxItems: 100,
    uniqueBy: 'name',
    items: {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1 },
        pattern: { type: 'string', minLength: 1, format: 'regex' },
      },
      required: ['name'],
    },
    help: {
      zh: '要观察的进程（主机的 HOST-RESOURCES-MIB）：name，以及可选的 pattern（命令行正则表达式）；只有 name 时按程序名查找',
      en: 'Processes to watch (HOST-RESOURCES-MIB of a host): a name, and maybe a pattern (regular expression on the command line); with a name alone, programs of that name',
    },
  },
  metrics: METRICS_OPTION,
  portsInUse: {
    ...PORT_LIST,
    help: {
      zh: '光纤交换机上在用的端口，如 0-15、fc1/1：不在线就告警，即使从未见过其在线',
      en: 'Ports of an FC switch that are in use, such as 0-15 or fc1/1: not online is an alert, seen online or not',
    },
  },
  portsRetired: {
    ...PORT_LIST,
    help: {
      zh: '光纤交换机上已停用的端口：曾经在线，现在不在线也不告警',
      en: 'Ports of an FC switch that are out of use: no alert though they were online once',
    },
  },
} as const satisfies Options
