/** UTF-8 bytes of an event's text. */
const MAX_EXCERPT_BYTES = 2_048
/** Characters that are looked through for secrets. */
const LOOKED_THROUGH = 3_072

/** What a name has that names a secret. Expressions begin with it, not with what may stand before: so they take linear time on any text. */
const SECRET =
  '(?:pass(?!ive|ed|ing)|pwd|secret|credential|token|private[-_.]?key|api[-_.]?key|access[-_.]?key|密码|口令)'

/** As logs show them: `password=…`, `"password": "…"`, headers, URLs, Oracle's `user/password@`, SQL, keys. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      String.raw`(${SECRET}[\w.:-]*["']?\s*[:=：]\s*)(?:"[^"]*"?|'[^']*'?|[^\s"'&;,<>，；]+)`,
      'gi',
    ),
    '$1***',
  ],
  [
    /(authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|digest|negotiate)\s+)?[^\s"',;]+/gi,
    '$1***',
  ],
  [/(cookie["']?\s*:\s*).*/gi, '$1***'],
  [/(JSESSIONID=)[^\s;&"']+/gi, '$1***'],
  [/(:\/\/[^\s/:@"'<>]*:)[^\s/@"'<>]*(?=@)/g, '$1***'],
  [/(\b[\w$#]{1,30}\/)[^\s@/"'<>]{1,64}(?=@)/g, '$1***'],
  [/(identified\s+by\s+)(?:values\s+)?(?:"[^"]*"?|'[^']*'?|\S+)/gi, '$1***'],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    '***',
  ],
]

/** The first lines of a record for a person: without secrets, control characters and what is too long. */
export function excerptOf(lines: readonly string[]): string {
  // Masked before it is cut: half a pattern would let through what it names.
  const text = maskLogged(lines.join('\n').slice(0, LOOKED_THROUGH))
  // oxlint-disable-next-line no-control-regex -- exactly these are taken out
  return cutToBytes(text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' '), MAX_EXCERPT_BYTES)
}

function maskLogged(text: string): string {
  return SECRETS.reduce((masked, [pattern, mask]) => masked.replaceAll(pattern, mask), text)
}

function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text.toWellFormed())
  if (bytes.length <= most) return text.toWellFormed()
  return `${bytes
    .subarray(0, most)
    .toString()
    .replace(/\ufffd+$/, '')}…`
}
