import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session, SourceContext } from '../source.ts'
import { snmpSource } from '../sources/snmp.ts'
import { SNMP_OPTIONS } from '../sources/snmp/snmp-options.ts'
import type { SnmpPoll } from '../sources/snmp/snmp-session.ts'
import { makeSourceContext } from './source-context.ts'

/** A session of the source snmp as an entry of agent.yaml would open it, with its secrets in a directory of its own. */
export class OpenedSnmp implements AsyncDisposable {
  readonly context: SourceContext
  readonly session: SnmpPoll
  readonly #opened: Session<SnmpPoll>
  readonly #directory: string

  private constructor(context: SourceContext, directory: string, opened: Session<SnmpPoll>) {
    this.context = context
    this.#directory = directory
    this.#opened = opened
    this.session = opened.session
  }

  /** @param options as in agent.yaml, beside the defaults; secrets in clear */
  static async open(
    options: Readonly<Record<string, unknown>>,
    context: Partial<SourceContext> = {},
  ): Promise<OpenedSnmp> {
    const directory = await mkdtemp(join(tmpdir(), 'snmp-secrets-'))
    const given: Record<string, unknown> = { ...defaults(), subject: 'device1', ...options }
    for (const secret of ['community', 'authKey', 'privKey']) {
      const value = given[secret]
      if (typeof value !== 'string') continue
      await writeFile(join(directory, secret), value, { mode: 0o600 })
      given[secret] = { file: join(directory, secret) }
    }
    const sourceContext = await makeSourceContext({ name: 'device1', ...context, options: given })
    return new OpenedSnmp(sourceContext, directory, await snmpSource.open(sourceContext))
  }

  /** Replaces a secret as an administrator would. */
  async changeSecret(option: 'community' | 'authKey' | 'privKey', value: string): Promise<void> {
    await writeFile(join(this.#directory, option), value, { mode: 0o600 })
  }

  cut(): void {
    this.#opened.cut?.()
  }

  resume(): void {
    this.#opened.resume?.()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
    await rm(this.#directory, { recursive: true, force: true })
  }
}

function defaults(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(SNMP_OPTIONS).flatMap(([name, option]) =>
      'default' in option ? [[name, option.default]] : [],
    ),
  )
}
