import { errorCodeOf } from '@wardround/program/error-code'

/** What comes of looking at something that may be gone; undefined where it is. @throws what else fails */
export async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
