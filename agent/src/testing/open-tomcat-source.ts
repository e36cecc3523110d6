import { systemClocks } from '../clocks.ts'
import type { Options } from '../option.ts'
import type { Session, SourceContext } from '../source.ts'
import { SourceStanding } from '../source-standing.ts'
import { tomcatSource } from '../sources/tomcat.ts'
import type { TomcatSession } from '../sources/tomcat/tomcat-session.ts'
import { listTomcatStatements } from './tomcat-statements.ts'
import { makeSourceContext } from './source-context.ts'

/** A session of the source as the agent opens it, with what a test looks at. */
export interface OpenedTomcat extends Session<TomcatSession> {
  readonly standing: SourceStanding
}

/**
 * Opens the source with these options beside its defaults. `password` is the secret itself.
 */
export async function openTomcatSource(
  { password, ...options }: Readonly<Record<string, unknown>> & { readonly password?: string },
  given: Partial<SourceContext> = {},
): Promise<OpenedTomcat> {
  const standing = new SourceStanding(
    { name: 'app1', type: 'tomcat' },
    systemClocks,
    () => undefined,
  )
  const context = await makeSourceContext({
    name: 'app1',
    standing,
    statements: listTomcatStatements(),
    environment: { PASSWORD_OF_TEST: password },
    options: {
      ...defaultsOf(tomcatSource.options ?? {}),
      instance: 'app1',
      ...(password === undefined ? {} : { password: { env: 'PASSWORD_OF_TEST' } }),
      ...options,
    },
    ...given,
  })
  return Object.assign(await tomcatSource.open(context), { standing })
}

function defaultsOf(options: Options): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) =>
      option.default === undefined ? [] : [[name, option.default]],
    ),
  )
}
