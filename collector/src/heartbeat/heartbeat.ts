import { parseDurationMs, type Language, type Secret } from '@wardround/program'
import type { Reach } from '../notify/channels/http-exchange.ts'
import { ChannelSettingsError, SettingsReader } from '../notify/channels/settings-reader.ts'
import type { HeartbeatSettings } from '../notify/watch-settings.ts'

/** One receiver of heartbeats, with its secrets read. */
export interface Heartbeat {
  readonly name: string
  readonly reach: Reach
  readonly method: 'GET' | 'POST'
  readonly token: Secret | undefined
  readonly everyMs: number
}

interface Reading {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly language: Language
}

/** @throws ChannelSettingsError */
export async function readHeartbeats(
  settings: readonly HeartbeatSettings[],
  reading: Reading,
): Promise<Heartbeat[]> {
  const read: Heartbeat[] = []
  for (const [index, one] of settings.entries()) {
    const path = ['heartbeats', index]
    if (read.some(({ name }) => name === one.name))
      throw new ChannelSettingsError([...path, 'name'], {
        zh: `心跳“${one.name}”重复`,
        en: `heartbeat "${one.name}" is there twice`,
      })
    read.push(await readHeartbeat(one, new SettingsReader({ ...reading, path, name: one.name })))
  }
  return read
}

async function readHeartbeat(
  settings: HeartbeatSettings,
  reader: SettingsReader,
): Promise<Heartbeat> {
  const { name, method, every, timeout, proxy, ca } = settings
  const url = await reader.url(['url'], settings.url)
  return {
    name,
    method,
    reach: {
      url,
      proxy: proxy === undefined ? undefined : await reader.url(['proxy'], proxy, true),
      ca: await reader.ca(['ca'], ca),
      timeoutMs: parseDurationMs(timeout),
    },
    token: await reader.optionalSecret(['bearerToken'], settings.bearerToken),
    everyMs: Math.max(1_000, parseDurationMs(every)),
  }
}
