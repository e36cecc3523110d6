import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { callControlSocket } from '@wardround/program'
import { expect, onTestFinished, test } from 'vitest'
import { openStateTables } from './state/tables.ts'
import { AgentClient } from './testing/agent-client.ts'

const BIN = fileURLToPath(new URL('../bin/wardround-collector.mjs', import.meta.url))

interface LogLine {
  readonly level: number | string
  readonly msg: string
  readonly address?: string
}

async function startCollectorProgram() {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-stop-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const config = join(directory, 'collector.yaml')
  await writeFile(config, 'journal: {reserveBytes: 0B, reserveFraction: 0}\n')
  const args = ['run', '--config', config, '--state', directory, '--listen', '127.0.0.1:0']
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: LogLine[] = []
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the log's lines
      const line = JSON.parse(text) as LogLine
      lines.push(line)
      if (line.address !== undefined) resolve(line.address)
    })
  })
  const socket = join(directory, 'control.sock')
  const made = await callControlSocket(socket, 'token-create', { kind: 'agent', name: 'db1' })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command answers
  const { token } = made as { token: string }
  return { child, lines, directory, token, port: Number(address.split(':')[1]) }
}

test.each([
  { note: 'that answers', isDeaf: false },
  { note: 'that no longer reads', isDeaf: true },
])('a stop with an agent $note ends soon, in order, and is recorded', async ({ isDeaf }) => {
  const { child, lines, directory, token, port } = await startCollectorProgram()
  using agent = await AgentClient.connect(port, { token })
  await agent.join()
  if (isDeaf) agent.socket.pause()
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  // After ten seconds the program would give itself up, with 1.
  expect(await exited).toEqual([0, null])

  expect(lines.filter(({ level }) => level === 'error' || level === 50)).toEqual([])
  expect(lines.map(({ msg }) => msg)).toContain('agent disconnected')
  const { tables } = await openStateTables({ directory })
  onTestFinished(() => void tables.upkeep.close())
  expect(tables.agents.intervals('db1', 0, Date.now() + 1)).toMatchObject([
    { downAtMs: expect.any(Number) as number, reason: expect.any(String) as string },
  ])
})
