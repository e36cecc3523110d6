// One file per program for release: dist/wardround-agent.mjs and dist/wardround-collector.mjs, for any supported Node; the rules that come with the
// collector lie beside it, so that people can read them.
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBuiltin } from 'node:module'
import { build, type Plugin } from 'esbuild'
import { ROOT } from './checks.ts'

/** CommonJS packages inside an ES module ask for modules by require(). */
const REQUIRE = "const require = process.getBuiltinModule('module').createRequire(import.meta.url);"

/** Node's modules that cost megabytes and that many a program only names: loaded at the first use of one of their members. */
const LAZY = new Set(['https', 'tls', 'zlib'])

/**
 * Takes Node's own modules when the module that imports them runs, and only the names that it uses. An import statement would load all of them at the
 * start and, for each, everything behind its getters (webcrypto, readline, …). Logs go without pino's transports, which run in threads.
 */
const lazyModules: Plugin = {
  name: 'lazy-modules',
  setup(bundling) {
    bundling.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined
      const name = path.replace(/^node:/, '')
      return { path: name, namespace: kind === 'require-call' && LAZY.has(name) ? 'lazy' : 'node' }
    })
    bundling.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}')`,
    }))
    bundling.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, name) => process.getBuiltinModule('node:${path}')[name] })`,
    }))
    bundling.onResolve({ filter: /^thread-stream$/ }, ({ path }) => ({ path, namespace: 'absent' }))
    bundling.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `module.exports = class { constructor() { throw new Error('${path} is not part of the bundle') } }`,
    }))
  },
}

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
    // For reading a customer's stack trace; not loaded by the program.
    sourcemap: 'external',
    legalComments: 'eof',
    plugins: [lazyModules],
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    logLevel: 'warning',
  })
  if (name === 'collector')
    await cp(join(ROOT, 'collector', 'rules'), join(directory, 'rules'), { recursive: true })
  await escapeNonAscii(outfile)
  return outfile
}

/** Node keeps a source with one character beyond ASCII at two bytes a character; esbuild escapes them everywhere but in regular expressions. */
async function escapeNonAscii(file: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const ascii = text.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  if (ascii !== text) await writeFile(file, ascii)
}

if (import.meta.main) {
  for (const name of ['agent', 'collector'] as const) console.log(await bundleProgram(name))
}
