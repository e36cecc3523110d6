import type { LocalizedText } from '@wardround/program'
import type { WriteTarget } from '../remote/write-target.ts'
import type { InfluxDbSettings } from '../remote/store-settings.ts'

/** Path of the write and the sign-in; a text where the settings don't fit together. */
export type TargetParts =
  | (Pick<WriteTarget, 'path' | 'backslash' | 'settlesMs'> & {
      readonly authorization: string | undefined
    })
  | { readonly problem: LocalizedText; readonly key: string }

/** What was read of the secrets. */
export interface SignIn {
  readonly password: string | undefined
  readonly token: string | undefined
}

/** A `database` makes it 1.x (`/write`), a `bucket` 2.x or 3.x (`/api/v2/write`). All of them answer when what they took is in their log on disk. */
export function influxDbTarget(settings: InfluxDbSettings, signIn: SignIn): TargetParts {
  const { database, bucket } = settings
  if (database !== undefined && bucket !== undefined) {
    return {
      key: 'bucket',
      problem: {
        zh: 'database（1.x）和 bucket（2.x、3.x）只能写一个',
        en: 'database (1.x) and bucket (2.x, 3.x) exclude each other',
      },
    }
  }
  if (database !== undefined) return version1(database, settings, signIn)
  if (bucket === undefined) {
    return {
      key: 'kind',
      problem: {
        zh: '缺少 database（InfluxDB 1.x）或 bucket（2.x、3.x）',
        en: 'database (InfluxDB 1.x) or bucket (2.x, 3.x) is missing',
      },
    }
  }
  return version2(bucket, settings, signIn)
}

function version1(
  database: string,
  { retentionPolicy, username, org }: InfluxDbSettings,
  { password, token }: SignIn,
): TargetParts {
  if (org !== undefined || token !== undefined) {
    return {
      key: org === undefined ? 'token' : 'org',
      problem: {
        zh: 'org 和 token 属于 InfluxDB 2.x、3.x；1.x 用 username 和 password',
        en: 'org and token belong to InfluxDB 2.x and 3.x; 1.x has username and password',
      },
    }
  }
  const query = new URLSearchParams({ db: database, precision: 'ms' })
  if (retentionPolicy !== undefined) query.set('rp', retentionPolicy)
  const authorization = basic(username, password)
  return { path: `/write?${query.toString()}`, backslash: 'literal', settlesMs: 0, authorization }
}

function version2(
  bucket: string,
  { org, retentionPolicy, username }: InfluxDbSettings,
  { token }: SignIn,
): TargetParts {
  if (retentionPolicy !== undefined || username !== undefined) {
    return {
      key: username === undefined ? 'retentionPolicy' : 'username',
      problem: {
        zh: 'retentionPolicy 和 username 属于 InfluxDB 1.x；2.x、3.x 用 org、bucket 和 token',
        en: 'retentionPolicy and username belong to InfluxDB 1.x; 2.x and 3.x have org, bucket and token',
      },
    }
  }
  const query = new URLSearchParams({ bucket, precision: 'ms' })
  if (org !== undefined) query.set('org', org)
  const authorization = token === undefined ? undefined : `Token ${token}`
  return {
    path: `/api/v2/write?${query.toString()}`,
    backslash: 'literal',
    settlesMs: 0,
    authorization,
  }
}

/** Of HTTP Basic (RFC 7617). */
export function basic(
  username: string | undefined,
  password: string | undefined,
): string | undefined {
  if (username === undefined) return undefined
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`
}
