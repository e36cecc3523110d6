import { startChild } from '../../child.ts'
import { CheckError } from './check-failure.ts'
import { refuseDearRounds } from './key-rounds.ts'
import type { KeystoreEntry } from './keystore-entry.ts'
import type { Pkcs12Question, Pkcs12Reply } from './pkcs12-role.ts'

/** For one file: most of it is the start of the child, then the rounds. */
const DEADLINE_MS = 20_000

/** Reads a PKCS #12 in a child that ends with it: deriving its keys holds up a process. @throws CheckError */
export async function readPkcs12(
  bytes: Buffer,
  password: string | undefined,
  {
    signal,
    deadlineMs = DEADLINE_MS,
  }: { readonly signal: AbortSignal; readonly deadlineMs?: number },
): Promise<readonly KeystoreEntry[]> {
  refuseDearRounds(bytes)
  const ended = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
  if (ended.aborted) throw tooSlow()
  return await askChild({ bytes, password }, ended)
}

function askChild(question: Pkcs12Question, ended: AbortSignal): Promise<readonly KeystoreEntry[]> {
  return new Promise((resolve, reject) => {
    const child = startChild('pkcs12', {
      serialization: 'advanced',
      nodeOptions: ['--max-old-space-size=128'],
    })
    // Whoever waits for the answer wants to live until it comes.
    child.ref()
    child.channel?.ref()
    const giveUp = (): void => {
      child.kill('SIGKILL')
      reject(tooSlow())
    }
    ended.addEventListener('abort', giveUp, { once: true })
    child.once('message', (message) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child holds the other end
      const reply = message as Pkcs12Reply
      if ('entries' in reply) resolve(reply.entries)
      else reject(new CheckError(reply.failure, reply.said))
    })
    child.once('error', (error) => reject(noAnswer(error.message)))
    child.once('exit', (code, killedBy) => {
      ended.removeEventListener('abort', giveUp)
      reject(noAnswer(killedBy ?? `code ${String(code)}`))
    })
    // A child that is just ending takes no message; its exit settles the question.
    child.send(question, () => undefined)
  })
}

function tooSlow(): CheckError {
  return new CheckError('timeout', {
    zh: 'PKCS12 未在期限内读完：密钥派生轮数较大或主机繁忙',
    en: 'the PKCS12 was not read in time: many rounds of key derivation, or a busy host',
  })
}

function noAnswer(how: string): CheckError {
  return new CheckError('other', {
    zh: `读取 PKCS12 的子进程没有结果就结束了（${how}）`,
    en: `the child that reads the PKCS12 ended without an answer (${how})`,
  })
}
