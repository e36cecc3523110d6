import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to whoever asks for any. */
const FROM = 10_000
const TO = 30_000

/** A port on loopback that is free, and that nobody gets by chance while a program that listens there is restarted. */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM))
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false, // taken: another one
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
