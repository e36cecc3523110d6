import { dirname } from 'node:path'

/** The directory of the repository. */
export const PROJECT_ROOT = dirname(dirname(import.meta.dirname))
