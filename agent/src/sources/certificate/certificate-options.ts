import type { Options } from '../../option.ts'
import { ONE_LINE } from '../option-kinds.ts'

const NAME = {
  ...ONE_LINE,
  help: { zh: '显示名称，如“门诊预约网站”', en: 'What it is called, such as “booking site”' },
} as const

/** What an entry `type: certificate` takes in agent.yaml. */
export const CERTIFICATE_OPTIONS = {
  endpoints: {
    type: 'array',
    default: [],
    maxItems: 100,
    help: {
      zh: '要查看证书的端口；只握手，不登录、不发送数据',
      en: 'Ports whose certificates are looked at: a handshake, no logon, no data',
    },
    items: {
      type: 'object',
      required: ['address'],
      properties: {
        address: {
          type: 'string',
          minLength: 1,
          help: {
            zh: '主机:端口，或 https://主机（端口缺省时按协议取 443、25、5432、3306）',
            en: 'HOST:PORT or https://HOST (443, 25, 5432 or 3306 where no port is given)',
          },
        },
        serverName: {
          type: 'string',
          minLength: 1,
          help: {
            zh: '证书应有的主机名（同时作为 SNI），与 address 不同时填写',
            en: 'Name that the certificate must have, also sent as SNI, where it is not that of address',
          },
        },
        starttls: {
          type: 'string',
          enum: ['none', 'smtp', 'postgresql', 'mysql'],
          default: 'none',
          help: {
            zh: '先用该协议协商再开始 TLS；mysql 每天只查看一次，以免触及 max_connect_errors',
            en: 'TLS begins after a word in this protocol; mysql is looked at once a day, for the sake of max_connect_errors',
          },
        },
        name: NAME,
      },
    },
  },
  files: {
    type: 'array',
    default: [],
    maxItems: 100,
    uniqueBy: 'path',
    help: {
      zh: '证书文件：PEM、DER、PKCS12、JKS，按内容识别',
      en: 'Certificate files: PEM, DER, PKCS12 or JKS, told by their content',
    },
    items: {
      type: 'object',
      required: ['path'],
      properties: {
        path: {
          type: 'string',
          minLength: 1,
          help: {
            zh: '绝对路径；文件名可含 * 和 ?，最多 100 个文件',
            en: 'Absolute path; * and ? in the file’s name, at most 100 files',
          },
        },
        password: {
          type: 'secret',
          help: {
            zh: '密钥库口令（JKS 可不填）',
            en: 'Password of the keystore (a JKS can do without)',
          },
        },
        alias: {
          type: 'string',
          minLength: 1,
          help: { zh: '只看密钥库中的这个别名', en: 'Only this alias of the keystore' },
        },
        name: NAME,
      },
    },
  },
  ledger: {
    type: 'array',
    default: [],
    maxItems: 500,
    uniqueBy: 'name',
    help: {
      zh: '台账：无法在线查看的证书，如 UKey、国密 SM2、设备和客户端证书',
      en: 'Certificates that can’t be looked at, such as USB keys, SM2, devices’ and clients’',
    },
    items: {
      type: 'object',
      required: ['name', 'notAfter'],
      properties: {
        name: {
          ...ONE_LINE,
          help: { zh: '名称，不能重复', en: 'Its name, given once' },
        },
        subject: { ...ONE_LINE, help: { zh: '使用者', en: 'Subject' } },
        issuer: { ...ONE_LINE, help: { zh: '签发机构', en: 'Issuer' } },
        serial: { ...ONE_LINE, help: { zh: '序列号', en: 'Serial number' } },
        holder: {
          ...ONE_LINE,
          help: { zh: '保管部门或岗位', en: 'Department or post that keeps it' },
        },
        kind: {
          type: 'string',
          enum: ['usb-key', 'sm2', 'device', 'client'],
          default: 'usb-key',
          help: { zh: '种类：UKey、国密、设备、客户端', en: 'What it is' },
        },
        notBefore: {
          type: 'string',
          help: { zh: '生效日期，如 2026-05-01', en: 'Valid from, such as 2026-05-01' },
        },
        notAfter: {
          type: 'string',
          help: {
            zh: '到期日期（当天仍有效），如 2027-05-01，YAML 中须加引号',
            en: 'Last day of validity, such as "2027-05-01" (quoted)',
          },
        },
      },
    },
  },
  caFile: {
    type: 'string',
    minLength: 1,
    help: {
      zh: '除系统信任的根证书外，还信任的 CA 证书（PEM），用于内部 CA',
      en: 'Authorities to trust beside the system’s (PEM), for an internal authority',
    },
  },
  timeout: {
    type: 'duration',
    default: '10s',
    help: {
      zh: '每个端点从连接到握手完成的最长时间',
      en: 'Longest time for one endpoint, from connecting to the end of the handshake',
    },
  },
} as const satisfies Options
