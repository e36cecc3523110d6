/** How old the password of a local account is. Days since 1970-01-01, or numbers of days; what the file leaves empty is missing. */
export interface ShadowAge {
  readonly name: string
  /** `locked`: there is one behind a lock; `none`: no password can match. */
  readonly password: 'set' | 'empty' | 'locked' | 'none'
  readonly lastChangeDay?: number
  readonly minDays?: number
  readonly maxDays?: number
  readonly inactiveDays?: number
  readonly expireDay?: number
}

const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}\$?$/

/** Accounts of a shadow file (shadow(5)). Of the second field, which may hold a hash, nothing but its kind is told; a line that is no entry is left out. */
export function parseShadowAges(text: string): ShadowAge[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.split(':')
    const [name = '', secret = '', lastChange, min, max, , inactive, expire] = fields
    if (fields.length < 8 || !ACCOUNT.test(name)) return []
    return [
      {
        name,
        password: kindOf(secret),
        ...days('lastChangeDay', lastChange),
        ...days('minDays', min),
        ...days('maxDays', max),
        ...days('inactiveDays', inactive),
        ...days('expireDay', expire),
      },
    ]
  })
}

function kindOf(secret: string): ShadowAge['password'] {
  if (secret === '') return 'empty'
  const bare = secret.replace(/^!+/, '')
  if (bare === '' || bare.startsWith('*') || bare === 'x') return 'none'
  return bare === secret ? 'set' : 'locked'
}

function days<K extends string>(name: K, written: string | undefined): { [P in K]?: number } {
  if (written === undefined || !/^\d{1,9}$/.test(written)) return {}
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key has no type of its own
  return { [name]: Number(written) } as { [P in K]?: number }
}
