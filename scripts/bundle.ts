// One file per program for release: dist/wardround-agent.mjs and dist/wardround-collector.mjs, for any supported Node; the rules that come with the
// collector lie beside it, so that people can read them.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from './checks.ts'

/** CommonJS packages inside an ES module ask for Node's modules by require(). */
const REQUIRE =
  "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);"

/** Bundles one program and gives the file's path. */
export async function bundleProgram(
  name: 'agent' | 'collector',
  directory = join(ROOT, 'dist'),
): Promise<string> {
  const outfile = join(directory, `wardround-${name}.mjs`)
  await build({
    entryPoints: [join(ROOT, name, 'src', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.19',
    minify: true,
    keepNames: true,
    legalComments: 'eof',
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    logLevel: 'warning',
  })
  if (name === 'collector')
    await cp(join(ROOT, 'collector', 'rules'), join(directory, 'rules'), { recursive: true })
  return outfile
}

if (import.meta.main) {
  for (const name of ['agent', 'collector'] as const) console.log(await bundleProgram(name))
}
