import {
  parseDurationMs,
  readSecret,
  Secret,
  SecretError,
  type Language,
  type LocalizedText,
} from '@wardround/program'
import type { NotifySettings, WebhookSettings } from './notify-settings.ts'

/** A webhook with its secrets read, ready to be sent to. */
export interface Webhook {
  readonly name: string
  readonly url: Secret
  readonly bearerToken: Secret | undefined
  readonly timeoutMs: number
  readonly giveUpAfterMs: number
  readonly language: Language
}

/** Settings that can't be used; `path` is the place within `notify:`. No text of it holds a secret. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  readonly path: readonly (string | number)[]
  readonly what: LocalizedText

  constructor(path: readonly (string | number)[], what: LocalizedText, options?: ErrorOptions) {
    super(what.en, options)
    this.path = path
    this.what = what
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the webhooks' secrets and checks their addresses.
 * @throws WebhookError
 */
export async function readWebhooks(
  { webhooks }: NotifySettings,
  environment: Environment,
  language: Language,
): Promise<Webhook[]> {
  const names = new Set<string>()
  const read: Webhook[] = []
  for (const [index, settings] of webhooks.entries()) {
    const path = ['webhooks', index]
    if (names.has(settings.name))
      throw new WebhookError([...path, 'name'], {
        zh: `webhook“${settings.name}”重复`,
        en: `webhook "${settings.name}" is there twice`,
      })
    names.add(settings.name)
    read.push(await readWebhook(settings, path, environment, language))
  }
  return read
}

async function readWebhook(
  settings: WebhookSettings,
  path: readonly (string | number)[],
  environment: Environment,
  language: Language,
): Promise<Webhook> {
  const read = async (key: 'url' | 'bearerToken'): Promise<Secret | undefined> => {
    const written = settings[key]
    if (written === undefined) return undefined
    if (typeof written === 'string') return new Secret(written)
    try {
      return await readSecret(written, environment)
    } catch (error) {
      if (!(error instanceof SecretError)) throw error
      throw new WebhookError([...path, key], error.text, { cause: error })
    }
  }
  const url = await read('url')
  if (url === undefined || !isHttpUrl(url.reveal())) {
    throw new WebhookError([...path, 'url'], {
      zh: `webhook“${settings.name}”的地址不是 URL；应为 http:// 或 https:// 加主机名`,
      en: `the address of webhook "${settings.name}" is no URL; expected http:// or https:// and a host`,
    })
  }
  return {
    name: settings.name,
    url,
    bearerToken: await read('bearerToken'),
    timeoutMs: parseDurationMs(settings.timeout),
    giveUpAfterMs: parseDurationMs(settings.giveUpAfter),
    language: settings.language ?? language,
  }
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:')
}
