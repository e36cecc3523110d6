/** The code that the system, or a library, gave an error, such as `ENOENT`; undefined where there is none. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
