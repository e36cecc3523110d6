import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkConfig } from './check-config.ts'

/** Checks an entry of a device whose key is in a file. */
async function checkKey(key: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-check-'))
  try {
    const [config, secret] = [join(directory, 'agent.yaml'), join(directory, 'key')]
    await writeFile(join(directory, 'token'), 'a-token-of-agent\n', { mode: 0o600 })
    await writeFile(secret, `${key}\n`, { mode: 0o600 })
    await writeFile(
      config,
      `collector: {url: 'ws://127.0.0.1:8470/agent/v1', token: {file: ${directory}/token}}
sources: [{type: snmp, subject: sw1, connect: 10.0.0.1, user: u, authKey: {file: ${secret}}}]
`,
    )
    await checkConfig({ config }, 'en')
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('a key of SNMPv3 that no device takes is refused', async () => {
  await expect(checkKey('abc')).rejects.toThrow(/2:\d+: the key has fewer than 8 characters/)
  await expect(checkKey('abcdefgh')).resolves.toBeUndefined()
})
