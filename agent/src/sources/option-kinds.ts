/** A text for people. */
export const ONE_LINE = {
  type: 'string',
  pattern: '^[^\\u0000-\\u001f]{1,200}$',
  expected: { zh: '一行文字，最多 200 字', en: 'a line of at most 200 characters' },
} as const

/** A name that the site chooses and that becomes the value of a tag, such as the example. */
export function tagValue(example: string) {
  return {
    type: 'string',
    pattern: '^[A-Za-z0-9_.:-]{1,64}$',
    expected: {
      zh: `1 到 64 个字母、数字或 _ . : -，如 ${example}`,
      en: `1 to 64 letters, digits or _ . : -, such as ${example}`,
    },
  } as const
}

/** Of what a backup job backs up; a job need not have one. */
export const DATABASE_TAG = {
  type: 'string',
  pattern: '^[^\\u0000-\\u001f]{0,64}$',
  default: '',
  help: { zh: '数据库名，标签 database', en: 'Name of the database: the tag database' },
} as const

/** A certificate's SHA-256, its bytes with colons between them or without. */
export const FINGERPRINT_PATTERN = '^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$'

/** Of a server that is named by `connect`. */
export const SERVER_NAME = {
  type: 'string',
  minLength: 1,
  help: {
    zh: '证书中的名称，与 connect 的主机名不同时填写',
    en: 'Name in the certificate, where it is not the host of connect',
  },
} as const
