import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Node opens no datagram sockets of Unix: perl, a part of every Debian, does. It prints each message on a line. */
const LISTEN = `
use Socket;
$| = 1;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($socket, sockaddr_un($ARGV[0])) or die $!;
print "listening\\n";
while (defined recv($socket, my $message, 4096, 0)) { $message =~ s/\\n/ /g; print "$message\\n" }
`

/** A stand-in for systemd's side of sd_notify(3). */
export interface NotifySocket extends AsyncDisposable {
  readonly path: string
  /** So far, oldest first, without those by which systemd-notify waits. */
  readonly messages: readonly string[]
  /** Resolves when one has come; it may be an earlier one. */
  until(message: string): Promise<void>
}

export async function openNotifySocket(): Promise<NotifySocket> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-notify-'))
  const path = join(directory, 'notify')
  const child = spawn('perl', ['-e', LISTEN, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  await once(lines, 'line')
  const messages: string[] = []
  let onMessage: () => void = () => undefined
  lines.on('line', (line) => {
    if (!line.startsWith('BARRIER')) messages.push(line.trim())
    onMessage()
  })
  return {
    path,
    messages,
    until: (message) =>
      new Promise((resolve) => {
        onMessage = () => {
          if (messages.includes(message)) resolve()
        }
        onMessage()
      }),
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
      await rm(directory, { recursive: true })
    },
  }
}
