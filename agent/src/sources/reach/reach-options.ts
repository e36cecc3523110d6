import type { Options } from '../../option.ts'
import { FINGERPRINT_PATTERN, ONE_LINE } from '../option-kinds.ts'

const NAME = {
  ...ONE_LINE,
  help: { zh: '显示名称，如“医保前置机”', en: 'What it is called, such as “insurance gateway”' },
} as const

const HOST_PATTERN = '^[A-Za-z0-9:][A-Za-z0-9_.:-]{0,252}$'

const TIMEOUT = (what: { readonly zh: string; readonly en: string }) =>
  ({ type: 'duration', default: '5s', help: what }) as const

/** What an entry `type: reach` takes in agent.yaml. */
export const REACH_OPTIONS = {
  ping: {
    type: 'array',
    default: [],
    maxItems: 20,
    uniqueBy: 'host',
    help: {
      zh: '要 ping 的主机，每分钟各 3 个包，最多 20 台',
      en: 'Hosts to ping, three packets a minute each, at most 20',
    },
    items: {
      type: 'object',
      required: ['host'],
      properties: {
        host: {
          type: 'string',
          pattern: HOST_PATTERN,
          expected: { zh: '主机名或 IP 地址', en: 'a host name or an address' },
          help: { zh: '主机名或 IP 地址', en: 'Host name or address' },
        },
        name: NAME,
      },
    },
  },
  tcp: {
    type: 'array',
    default: [],
    maxItems: 100,
    uniqueBy: 'address',
    help: { zh: '要连接的 TCP 端口', en: 'TCP ports to connect to' },
    items: {
      type: 'object',
      required: ['address'],
      properties: {
        address: {
          type: 'string',
          pattern: '^(?:[A-Za-z0-9_.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5}$',
          expected: { zh: '主机:端口', en: 'HOST:PORT' },
          help: { zh: '主机:端口', en: 'HOST:PORT' },
        },
        send: {
          type: 'string',
          help: { zh: '连接后发送的文本', en: 'Text that is sent once connected' },
        },
        expect: {
          type: 'string',
          minLength: 1,
          help: { zh: '应答中必须含有的文本', en: 'Text that the answer must hold' },
        },
        name: NAME,
      },
    },
  },
  http: {
    type: 'array',
    default: [],
    maxItems: 50,
    help: { zh: '要访问的网页或接口', en: 'Pages or interfaces to ask for' },
    items: {
      type: 'object',
      required: ['url'],
      properties: {
        url: {
          type: 'string',
          pattern: '^https?://[^/?#@\\s]+(?:[/?][^#\\s]*)?$',
          expected: {
            zh: 'http(s)://主机[:端口]/路径，不含密码',
            en: 'http(s)://HOST[:PORT]/PATH without a password',
          },
          help: {
            zh: '地址；标签 server 中不含问号后的部分',
            en: 'Address; the tag server leaves out its query',
          },
        },
        method: {
          type: 'string',
          enum: ['GET', 'HEAD'],
          default: 'GET',
          help: { zh: '请求方法', en: 'Method' },
        },
        expectStatus: {
          type: 'array',
          maxItems: 20,
          items: { type: 'integer', minimum: 100, maximum: 599 },
          help: {
            zh: '算正常的状态码；不填则 200 到 399',
            en: 'Statuses that are good; 200 to 399 where not given',
          },
        },
        match: {
          type: 'string',
          minLength: 1,
          help: {
            zh: '正文（前 1 MiB）必须含有的文本',
            en: 'Text that the body (its first MiB) must hold',
          },
        },
        matchPattern: {
          type: 'string',
          format: 'regex',
          minLength: 1,
          help: {
            zh: '正文必须匹配的正则表达式（RE2 语法）',
            en: 'Regular expression (RE2) that the body must match',
          },
        },
        followRedirects: {
          type: 'boolean',
          default: false,
          help: {
            zh: '跟随重定向（最多 5 次；换主机后不再发送 headers）',
            en: 'Follow redirects, five at most; headers are not sent to another host',
          },
        },
        caFile: {
          type: 'string',
          minLength: 1,
          help: {
            zh: '除系统外还信任的 CA 证书（PEM）',
            en: 'Authorities to trust beside the system’s (PEM)',
          },
        },
        serverName: {
          type: 'string',
          pattern: HOST_PATTERN,
          expected: { zh: '主机名', en: 'a host name' },
          help: {
            zh: '证书中的名称，与 url 的主机名不同时填写',
            en: 'Name in the certificate, where it is not the host of url',
          },
        },
        pinSha256: {
          type: 'string',
          pattern: FINGERPRINT_PATTERN,
          expected: {
            zh: '证书的 SHA-256 指纹（64 位十六进制）',
            en: 'the certificate’s SHA-256 (64 hexadecimal digits)',
          },
          help: {
            zh: '只信任指纹为此值的证书，代替 CA 校验',
            en: 'Only a certificate with this fingerprint is trusted, whoever signed it',
          },
        },
        headers: {
          type: 'array',
          maxItems: 20,
          uniqueBy: 'name',
          help: { zh: '请求头', en: 'Headers' },
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: {
                type: 'string',
                pattern: '^[A-Za-z0-9-]{1,64}$',
                expected: { zh: '请求头名称', en: 'a header’s name' },
                help: { zh: '名称', en: 'Its name' },
              },
              value: {
                type: 'string',
                help: { zh: '值（不保密）', en: 'Its value, where it is no secret' },
              },
              secret: {
                type: 'secret',
                help: { zh: '值（保密），如令牌', en: 'Its value, such as a token' },
              },
            },
          },
        },
        timeout: TIMEOUT({
          zh: '从连接到收完正文的最长时间',
          en: 'Longest time, from connecting to the whole body',
        }),
        name: NAME,
      },
    },
  },
  dns: {
    type: 'array',
    default: [],
    maxItems: 50,
    help: { zh: '要查询的域名', en: 'Names to ask DNS for' },
    items: {
      type: 'object',
      required: ['name'],
      properties: {
        name: {
          type: 'string',
          pattern: '^[A-Za-z0-9_.-]{1,253}$',
          expected: { zh: '域名', en: 'a domain name' },
          help: { zh: '域名', en: 'Domain name' },
        },
        type: {
          type: 'string',
          enum: ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'],
          default: 'A',
          help: { zh: '记录类型', en: 'Type of record' },
        },
        server: {
          type: 'string',
          minLength: 2,
          help: {
            zh: 'DNS 服务器的 IP 地址（可加 :端口）；不填则用本机的设置',
            en: 'Address of the DNS server (with :PORT if need be); this host’s own where not given',
          },
        },
      },
    },
  },
  filecount: {
    type: 'array',
    default: [],
    maxItems: 50,
    help: {
      zh: '要清点文件的目录（仅 Linux，用 find）',
      en: 'Directories whose files are counted (Linux, by find)',
    },
    items: {
      type: 'object',
      required: ['directory'],
      properties: {
        directory: {
          type: 'string',
          pattern: '^/[^\\u0000-\\u001f]{0,255}$',
          expected: { zh: '绝对路径', en: 'an absolute path' },
          help: { zh: '绝对路径', en: 'Absolute path' },
        },
        pattern: {
          type: 'string',
          pattern: '^[^/\\u0000-\\u001f]{1,255}$',
          expected: { zh: '文件名，可含 * 和 ?', en: 'a file’s name, with * and ?' },
          default: '*',
          help: { zh: '文件名，可含 * 和 ?', en: 'Names of the files, with * and ?' },
        },
        recursive: {
          type: 'boolean',
          default: false,
          help: {
            zh: '包括子目录（最多 8 层，不跨文件系统）',
            en: 'With what lies below, 8 levels deep, on the same file system',
          },
        },
      },
    },
  },
  timeout: TIMEOUT({
    zh: 'tcp 和 dns 检查的最长时间',
    en: 'Longest time of a check of tcp and dns',
  }),
} as const satisfies Options
