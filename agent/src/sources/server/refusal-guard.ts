import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { SourceMemory } from '../../source-memory.ts'
import { ConnectError, isConnectFailure } from './connect-failure.ts'

/** 4 MB and some 10 ms, once a minute at most, and only while something is refused. */
const SCRYPT_COST = { N: 4096, r: 8, p: 1 }
const VERIFIER_BYTES = 32

/**
 * Keeps the agent from trying a refused password again, so that it never locks an account: not until the configuration of the
 * source or the password itself has changed, across restarts too.
 */
export class RefusalGuard {
  readonly #memory: SourceMemory

  constructor(memory: SourceMemory) {
    this.#memory = memory
  }

  /**
   * The refusal that stands for these credentials, as an error to throw; undefined when a logon may be tried.
   * @param credentials all that a logon tries: address, user, password
   */
  async find(credentials: string): Promise<ConnectError | undefined> {
    const kept = this.#memory.refusal
    if (kept === undefined) return undefined
    const now = await derive(credentials, Buffer.from(kept.salt, 'hex'))
    const then = Buffer.from(kept.verifier, 'hex')
    if (now.length === then.length && timingSafeEqual(now, then)) {
      const failure = isConnectFailure(kept.failure) ? kept.failure : 'wrong_password'
      return new ConnectError(failure, { zh: kept.zh, en: kept.en })
    }
    await this.#memory.setRefusal(undefined)
    return undefined
  }

  async keep(error: ConnectError, credentials: string, nowMs: number): Promise<void> {
    const salt = randomBytes(16)
    const verifier = await derive(credentials, salt)
    await this.#memory.setRefusal({
      sinceMs: nowMs,
      failure: error.failure,
      zh: error.text.zh,
      en: error.text.en,
      salt: salt.toString('hex'),
      verifier: verifier.toString('hex'),
    })
  }
}

function derive(text: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(text, salt, VERIFIER_BYTES, SCRYPT_COST, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
