import { asTexts } from '../../as-list.ts'
import type { Session, SourceContext } from '../../source.ts'
import { Commands } from '../commands.ts'
import { HELPER_SOCKET, HelperClient } from '../helper-client.ts'
import { HostFiles } from '../host-files.ts'
import { DiskMemory } from './disk-memory.ts'
import { KeptNumbers } from './kept-numbers.ts'
import { PrivilegedPrograms } from './privileged-programs.ts'
import { SlowFiles } from './slow-files.ts'
import type { StorageSession } from './storage-session.ts'

/** Opens nothing before a probe asks. */
export function openStorage(context: SourceContext): Session<StorageSession> {
  const { root, helper, exclude, paths } = context.options
  const at = typeof root === 'string' ? root : '/'
  const files = new HostFiles(at)
  const commands = new Commands()
  const client = new HelperClient(typeof helper === 'string' ? helper : HELPER_SOCKET)
  const session: StorageSession = {
    files,
    slowFiles: new SlowFiles(at),
    commands,
    programs: new PrivilegedPrograms(commands, client, process.geteuid?.() === 0),
    excluded: new Set(asTexts(exclude)),
    expectedPaths: typeof paths === 'number' ? paths : undefined,
    disks: new DiskMemory(),
    kept: {
      sectors: new KeptNumbers(context, 'bad-sectors'),
      paths: new KeptNumbers(context, 'most-paths'),
      ports: new KeptNumbers(context, 'online-ports'),
    },
  }
  return {
    session,
    subject: '',
    async [Symbol.asyncDispose]() {
      files[Symbol.dispose]()
      commands[Symbol.dispose]()
      client[Symbol.dispose]()
    },
  }
}
