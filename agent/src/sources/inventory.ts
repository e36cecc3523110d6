import { startChild } from '../child.ts'
import { ProbeError } from '../probe.ts'
import type { InventoryDocuments } from './inventory-documents.ts'
import type { InventoryReply } from './inventory-role.ts'

/**
 * What this machine is, read by a short-lived child of the agent.
 * @throws ProbeError DEADLINE when the signal ends it, UNREADABLE when the child fails
 */
export function readInventory(signal: AbortSignal): Promise<InventoryDocuments> {
  return new Promise((resolve, reject) => {
    const child = startChild('inventory')
    // Whoever waits for the answer wants to live until it comes.
    child.ref()
    child.channel?.ref()
    const giveUp = (): void => {
      child.kill('SIGKILL')
      reject(
        new ProbeError('DEADLINE', {
          zh: '资产清单未在期限内读完',
          en: 'the inventory was not read in time',
        }),
      )
    }
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    child.once('message', (message) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child holds the other end
      const reply = message as InventoryReply
      if ('documents' in reply) resolve(reply.documents)
      else
        reject(
          new ProbeError('UNREADABLE', {
            zh: `无法读取资产清单：${reply.failure}`,
            en: `the inventory could not be read: ${reply.failure}`,
          }),
        )
    })
    child.once('error', (error) => {
      reject(
        new ProbeError(
          'UNREADABLE',
          { zh: '资产清单子进程未能启动', en: 'the inventory child was not started' },
          { cause: error },
        ),
      )
    })
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', giveUp)
      const how = killedBy ?? `code ${String(code)}`
      reject(
        new ProbeError('UNREADABLE', {
          zh: `资产清单子进程没有结果就结束了（${how}）`,
          en: `the inventory child ended without an answer (${how})`,
        }),
      )
    })
  })
}
