import { parseDurationMs, readSecret, Secret, SecretError, type Language } from '@wardround/program'
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

/** Settings that can't be used; `path` is the place within `notify:`. The message holds no secret. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  readonly path: readonly (string | number)[]

  constructor(path: readonly (string | number)[], message: string, options?: ErrorOptions) {
    super(message, options)
    this.path = path
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
      throw new WebhookError([...path, 'name'], `webhook "${settings.name}" is there twice`)
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
      throw new WebhookError([...path, key], error.message, { cause: error })
    }
  }
  const url = await read('url')
  if (url === undefined || !isHttpUrl(url.reveal())) {
    throw new WebhookError(
      [...path, 'url'],
      `the address of webhook "${settings.name}" is no URL; expected http:// or https:// and a host`,
    )
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
