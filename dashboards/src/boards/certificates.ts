import type { Board } from '../board.ts'
import { last, max, min, of } from '../formula.ts'
import { DAYS, HOST } from '../often-shown.ts'
import type { Panel, PanelQuery, TableKey } from '../panel.ts'

const SOURCE: TableKey = { tag: 'source', label: { zh: '来源', en: 'Source' } }
const NAME: TableKey = { tag: 'common_name', label: { zh: '通用名', en: 'Common name' } }
const LEAF = { tag: 'type', operator: '=', value: 'leaf' } as const

/** A certificate that is served or lies in a file. */
function served(value: PanelQuery['value'], ...tags: string[]): PanelQuery {
  const where = [LEAF, { tag: 'kind', operator: '=', value: '' } as const]
  return { ...of('x509_cert', value, 'source', ...tags), where }
}

/** A certificate of the ledger: on a key, in a device, with a person. */
function onPaper(value: PanelQuery['value']): PanelQuery {
  const where = [{ tag: 'kind', operator: '!=', value: '' } as const]
  return { ...of('x509_cert', value, 'name', 'kind', 'holder'), where }
}

const SERVED: Panel[] = [
  {
    kind: 'table',
    title: { zh: '证书（最先到期的在前）', en: 'Certificates, first to expire first' },
    description: {
      zh: '端点与文件中的证书还有几天到期，是否有效，链条与算法如何。15 天内变橙、5 天内变红（有效期 200 天以上的证书，规则提前到 30 天与 7 天告警）。红色时立即续期并部署；“无效”一列说明客户端已不信任它。',
      en: 'Days left of each certificate that is served or lies in a file; whether it, its chain and its algorithms are good. Orange within 15, red within 5 days (the rule warns of those that live 200 days or more at 30 and 7). Red: renew it and put it in place. Where it is not valid, clients do not trust it already.',
    },
    height: 11,
    keys: [HOST, SOURCE, NAME],
    columns: [
      {
        query: served(min('days_left'), 'common_name'),
        label: { zh: '剩余天数', en: 'Days left' },
        unit: DAYS,
        rule: 'certificate_expires',
      },
      {
        query: served(last('verification_reason'), 'common_name'),
        label: { zh: '校验', en: 'Valid' },
        rule: 'certificate_invalid',
        colours: { 1: 'red' },
      },
      {
        query: served(min('chain_min_days_left'), 'common_name'),
        label: { zh: '上级剩余天数', en: 'Days left above it' },
        unit: DAYS,
        rule: 'certificate_chain_expires',
      },
      {
        query: served(last('lifetime_days'), 'common_name'),
        label: { zh: '有效期', en: 'Lifetime' },
        unit: DAYS,
      },
      {
        query: served(last('public_key_length'), 'common_name'),
        label: { zh: '密钥位数', en: 'Bits of its key' },
        unit: 'none',
      },
      {
        query: served(last('weak_key'), 'common_name'),
        label: { zh: '密钥过短', en: 'Short key' },
        rule: 'certificate_weak',
      },
      {
        query: served(last('fingerprint_changed'), 'common_name'),
        label: { zh: '7 天内更换', en: 'Replaced within 7 days' },
        rule: 'certificate_changed',
      },
    ],
    sort: { column: 0, order: 'lowest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '剩余天数', en: 'Days left' },
    description: {
      zh: '各证书的剩余天数，每天减一，续期后跳回。若已续期而曲线没有跳回，说明新证书没有部署到该端点。',
      en: 'Days left of each: one less a day, and up again when it is renewed. Where it was renewed and the line did not rise, the new one is not in place there.',
    },
    lookBack: '30d',
    lines: [{ query: served(min('days_left')), unit: DAYS, rule: 'certificate_expires' }],
  },
  {
    kind: 'states',
    title: { zh: '能否取得证书', en: 'Can they be read' },
    description: {
      zh: '是否取得到证书。取不到时，到期天数不再更新：检查端点是否可达、文件是否还在、代理能否读取。',
      en: 'Whether each can be looked at. Where it can not, its days are no longer known: see whether the address answers, the file is there and the agent may read it.',
    },
    width: 12,
    height: 8,
    lookBack: '2d',
    lines: [
      {
        query: of('certificate_check', last('up'), 'source'),
        rule: 'certificate_unreadable',
        words: { 0: { zh: '取不到', en: 'unreadable' }, 1: { zh: '正常', en: 'read' } },
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: 'TLS 握手时间', en: 'TLS handshakes' },
    description: {
      zh: '与各端点完成 TLS 握手的时间。明显变长时，检查端点负载与网络。',
      en: 'How long a TLS handshake takes with each address. Where it takes much longer than it did, look at its load and the network.',
    },
    lookBack: '7d',
    width: 24,
    lines: [{ query: of('certificate_check', max('handshake_ms'), 'source') }],
    min: 0,
  },
]

const LEDGER: Panel[] = [
  {
    kind: 'table',
    title: { zh: '登记的证书', en: 'Certificates of the ledger' },
    description: {
      zh: '台账中登记的证书（USB Key、设备证书等）的剩余天数。30 天内变橙、7 天内变红：联系持有人与发证机构办理续期，办好后更新台账。',
      en: 'Days left of what the ledger has (keys, device certificates and so on). Orange within 30, red within 7 days: see its holder and its issuer about a new one, then write it into the ledger.',
    },
    keys: [
      HOST,
      { tag: 'name', label: { zh: '名称', en: 'Name' } },
      { tag: 'kind', label: { zh: '类型', en: 'Kind' } },
      { tag: 'holder', label: { zh: '持有人', en: 'Holder' } },
    ],
    columns: [
      {
        query: onPaper(min('days_left')),
        label: { zh: '剩余天数', en: 'Days left' },
        unit: DAYS,
        rule: 'certificate_on_paper_expires',
      },
      {
        query: onPaper(last('lifetime_days')),
        label: { zh: '有效期', en: 'Lifetime' },
        unit: DAYS,
      },
    ],
    sort: { column: 0, order: 'lowest' },
  },
]

/** When certificates expire, and whether they are any good. */
export const board: Board = {
  uid: 'wardround-certificates',
  title: { zh: '证书', en: 'Certificates' },
  description: {
    zh: '端点、文件与台账中的证书：剩余天数、有效性、证书链。',
    en: 'Certificates of addresses, files and the ledger: days left, validity, chains.',
  },
  subjects: { measurement: 'x509_cert', field: 'days_left' },
  from: 'now-2d',
  sections: [
    { title: { zh: '端点与文件', en: 'Addresses and files' }, panels: SERVED },
    { title: { zh: '台账', en: 'Ledger' }, panels: LEDGER },
  ],
}
