import type { LocalizedText } from '@wardround/protocol'
import type { CheckFailure } from '../../measurements/certificate-check.ts'
import { CheckError } from './check-failure.ts'
import type { KeystoreEntry } from './keystore-entry.ts'
import { parsePkcs12 } from './parse-pkcs12.ts'

/** From the agent to the child, once. */
export interface Pkcs12Question {
  readonly bytes: Uint8Array
  readonly password: string | undefined
}

/** From the child to the agent, once. */
export type Pkcs12Reply =
  | { readonly entries: readonly KeystoreEntry[] }
  | { readonly failure: CheckFailure; readonly said: LocalizedText }

/** Reads one PKCS #12, sends its certificates and ends. */
export function startRole(): void {
  process.on('disconnect', () => process.exit())
  process.once('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent holds the other end
    void answer(message as Pkcs12Question).then((reply) =>
      process.send?.(reply, () => process.disconnect()),
    )
  })
}

async function answer({ bytes, password }: Pkcs12Question): Promise<Pkcs12Reply> {
  try {
    return { entries: await parsePkcs12(Buffer.from(bytes), password) }
  } catch (error) {
    if (error instanceof CheckError) return { failure: error.failure, said: error.said }
    throw error // ends the child, which the agent tells
  }
}
