// For release, one file per program: dist/wardround-agent.mjs, dist/wardround-collector.mjs and dist/wardround-helper.mjs, for any supported Node. Beside the agent lie its drivers,
// beside the collector the rules and boards that come with it, so that people can read them.
import { cp, glob, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createRequire, isBuiltin } from 'node:module'
import { pathToFileURL } from 'node:url'
import { build, type BuildOptions, type Plugin } from 'esbuild'
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

/**
 * Packages of the agent that only some hosts need, each in a file of its own beside the program: V8 holds the text of a module that it
 * loads, two megabytes that a host without databases does not pay (docs/decisions/0007).
 */
const LOADED_WHERE_NEEDED = [
  'jks-js',
  'mysql2/promise',
  'net-snmp',
  'node-forge',
  'oracledb',
  'pg',
  're2js',
  'systeminformation',
]
const DRIVERS = 'wardround-agent-drivers'

/** Leaves `import('pg')` to be resolved at run time, from the file beside the program. */
const driversApart: Plugin = {
  name: 'drivers-apart',
  setup(bundling) {
    bundling.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && LOADED_WHERE_NEEDED.includes(path)
        ? { path: `./${DRIVERS}/${driverFile(path)}`, external: true }
        : undefined,
    )
  },
}

/** `mysql2/promise` → `mysql2.mjs`. */
function driverFile(name: string): string {
  return `${name.replace(/\/.*/, '')}.mjs`
}

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.19',
  minify: true,
  // For reading a customer's stack trace; not loaded by the program.
  sourcemap: 'external',
  legalComments: 'eof',
  logLevel: 'warning',
}

/** Bundles one program, with its drivers beside it, and gives the program's path. */
export async function bundleProgram(
  name: 'agent' | 'collector' | 'helper',
  directory = join(ROOT, 'dist'),
): Promise<string> {
  const outfile = join(directory, `wardround-${name}.mjs`)
  await build({
    ...COMMON,
    entryPoints: [join(ROOT, name, 'src', 'main.ts')],
    outfile,
    plugins: [...(name === 'agent' ? [driversApart] : []), lazyModules],
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
  })
  await escapeNonAscii(outfile)
  if (name === 'agent') {
    for (const driver of LOADED_WHERE_NEEDED) await bundleDriver(driver, join(directory, DRIVERS))
    await copyOracleBinaries(join(directory, DRIVERS))
  }
  if (name === 'collector') {
    await cp(join(ROOT, 'collector', 'rules'), join(directory, 'rules'), { recursive: true })
    await cp(join(ROOT, 'dashboards', 'json'), join(directory, 'dashboards'), { recursive: true })
  }
  return outfile
}

/** A package as one ES module that exports what Node would let it export; most are CommonJS. */
async function bundleDriver(name: string, directory: string): Promise<void> {
  const agent = createRequire(join(ROOT, 'agent', 'package.json'))
  const names = Object.keys(
    (await import(pathToFileURL(agent.resolve(name)).href)) as Record<string, unknown>,
  ).filter((exported) => /^[A-Za-z_$][\w$]*$/.test(exported) && exported !== 'default')
  const outfile = join(directory, driverFile(name))
  await build({
    ...COMMON,
    stdin: {
      resolveDir: join(ROOT, 'agent'),
      contents: [
        `import * as driver from '${name}'`,
        // a CommonJS package is its own default, an ES module may have none
        `const whole = Reflect.get(driver, 'default') ?? driver`,
        'export default whole',
        `export const { ${names.join(', ')} } = whole`,
      ].join('\n'),
    },
    outfile,
    plugins: [lazyModules],
    banner: { js: REQUIRE },
  })
  await escapeNonAscii(outfile)
}

/** What speaks to the Oracle Client, for each platform that has one; nothing else loads it. */
async function copyOracleBinaries(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const built = join(ROOT, 'agent/node_modules/oracledb/build/Release/*.node')
  for await (const file of glob(built)) await cp(file, join(directory, basename(file)))
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
  for (const name of ['agent', 'collector', 'helper'] as const)
    console.log(await bundleProgram(name))
}
