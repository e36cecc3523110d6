import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkYaml } from '@wardround/program'
import { DependencyFile } from '../notify/dispatch/dependency-settings.ts'

/** The file of the default pack that says which alerts are the cause of which. */
export const DEPENDENCIES_FILE = 'dependencies.yaml'

/** @throws ConfigError, and the system's error where the file of the installation can't be read */
export async function readDependencies(packDirectory: string): Promise<DependencyFile> {
  const file = join(packDirectory, DEPENDENCIES_FILE)
  return checkYaml(DependencyFile, { file, text: await readFile(file, 'utf8') }).value
}
