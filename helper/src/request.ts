import {
  BARE_COMMANDS,
  DEVICE,
  DEVICE_TYPE,
  MAX_CONTROLLER,
  type HelperRequest,
} from './listed-commands.ts'

/** Longest request line. */
export const MAX_REQUEST_BYTES = 1024

/** What was asked for is not on the list. The message never repeats more than a name of ours. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/**
 * One line as a request of the list.
 * @throws RefusedError for everything else
 */
export function parseRequest(line: string): HelperRequest {
  if (Buffer.byteLength(line) > MAX_REQUEST_BYTES)
    throw new RefusedError(`a request is at most ${MAX_REQUEST_BYTES} bytes long`)
  const members = parseMembers(line)
  const command = members.get('command')
  switch (command) {
    case 'smart-read':
      return smartRead(members)
    case 'arcconf-config':
      return { command, controller: controllerOf(members) }
    default: {
      const bare = BARE_COMMANDS.find((name) => name === command)
      if (bare === undefined) throw new RefusedError('there is no such command')
      expectMembers(members, ['command'])
      return { command: bare }
    }
  }
}

function smartRead(members: ReadonlyMap<string, unknown>): HelperRequest {
  expectMembers(members, ['command', 'device', 'type'])
  const device = members.get('device')
  if (typeof device !== 'string' || !DEVICE.test(device))
    throw new RefusedError('device is no name of a disk')
  if (!members.has('type')) return { command: 'smart-read', device }
  const type = members.get('type')
  if (typeof type !== 'string' || !DEVICE_TYPE.test(type))
    throw new RefusedError('type is neither megaraid,N nor cciss,N with N from 0 to 127')
  return { command: 'smart-read', device, type }
}

function controllerOf(members: ReadonlyMap<string, unknown>): number {
  expectMembers(members, ['command', 'controller'])
  const controller = members.get('controller')
  const isNumber = typeof controller === 'number' && Number.isInteger(controller)
  if (!isNumber || controller < 1 || controller > MAX_CONTROLLER)
    throw new RefusedError(`controller is no number from 1 to ${MAX_CONTROLLER}`)
  return controller
}

function parseMembers(line: string): ReadonlyMap<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new RefusedError('a request is one line of JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RefusedError('a request is a JSON object')
  return new Map(Object.entries(value))
}

function expectMembers(members: ReadonlyMap<string, unknown>, known: readonly string[]): void {
  if ([...members.keys()].some((name) => !known.includes(name)))
    throw new RefusedError(`this command takes no other member than ${known.join(', ')}`)
}
