import { callControlSocket, findStateHolder, isNobodyThere } from '@wardround/program'
import { controlSocketsOf } from '../state/state-paths.ts'

/** The running collector's answer, or where it was looked for in vain. */
export type CollectorAnswer =
  | { readonly found: true; readonly answer: unknown }
  | { readonly found: false; readonly tried: readonly string[] }

/**
 * Asks the running collector of a state directory on its control socket, wherever that is.
 * @throws ControlError when it refuses; the system's error (EACCES) when it is not reachable
 */
export async function callCollector(
  directory: string,
  command: string,
  argument: object,
): Promise<CollectorAnswer> {
  const holder = await findStateHolder(directory)
  const tried = controlSocketsOf(directory, holder?.controlSocket)
  for (const socket of tried) {
    try {
      return { found: true, answer: await callControlSocket(socket, command, argument) }
    } catch (error) {
      if (!isNobodyThere(error)) throw error
    }
  }
  return { found: false, tried }
}
