#!/usr/bin/env node
// Runs a task of this repository on a machine that has only Node 20 or later and npm: brings Node 24 and pnpm from the npm registry
// (scripts/toolchain), installs what the lockfile names, builds the page, and goes on in Node 24. Plain ES2020 with node: modules alone.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const TOOLCHAIN = join(ROOT, 'scripts', 'toolchain')
const STAMPS = join(ROOT, 'node_modules', '.wardround')

const TASKS = {
  setup: {
    about: 'bring Node 24 and pnpm, install the dependencies, build the page; no more',
    script: undefined,
  },
  start: { about: 'run a collector and an agent for this machine', script: 'start.ts' },
  demo: { about: 'show an invented site: 30 days of its data, then live', script: 'demo.ts' },
  test: { about: 'run every check and test', script: 'test.ts' },
  check: { about: 'types, lint, formatting, unused code, generated files', script: 'check.ts' },
  faults: { about: 'the fault matrix in full', script: 'faults.ts' },
  bench: { about: 'the benchmarks', script: 'bench.ts' },
  gen: { about: 'regenerate what is generated', script: 'gen.ts' },
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** One line that is rewritten on a terminal, and a line a step elsewhere. */
function progress(step, of, text) {
  const line = `[${step}/${of}] ${text}`
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`)
}

function endProgress() {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
}

function supportsOurCode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return (major === 22 && minor >= 19) || (major === 24 && minor >= 11) || major >= 26
}

/** Runs a step quietly and shows what it printed only when it failed. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  })
  if (result.status === 0) return
  endProgress()
  const why = result.error ? result.error.message : `${result.stdout}\n${result.stderr}`
  fail(`${[command, ...args].join(' ')} failed:\n${why}`)
}

function isWindows() {
  return process.platform === 'win32'
}

function npm(args) {
  // npm is a script: run it with this very Node where it is beside it, else as a command of the shell
  if (process.env.npm_execpath && process.env.npm_execpath.endsWith('.js'))
    return run(process.execPath, [process.env.npm_execpath, ...args])
  return run(isWindows() ? 'npm.cmd' : 'npm', args, { shell: isWindows() })
}

function hashOf(...texts) {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('hex')
}

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(directory, entry.name)) : [join(directory, entry.name)],
    )
    .sort((a, b) => (a < b ? -1 : 1))
}

function stampHolds(name, hash) {
  const file = join(STAMPS, name)
  return existsSync(file) && readFileSync(file, 'utf8') === hash
}

function writeStamp(name, hash) {
  mkdirSync(STAMPS, { recursive: true })
  writeFileSync(join(STAMPS, name), hash)
}

/** Node 24 of the toolchain, or this Node where the registry has none for this system. */
function findNode() {
  const packaged = join(
    TOOLCHAIN,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  )
  if (existsSync(packaged)) return packaged
  if (supportsOurCode(process.version)) return process.execPath
  return fail(
    `Node ${process.version} is too old for Wardround, and the npm registry has no Node 24 package for ${process.platform}-${process.arch}.\n` +
      'Install Node 24 LTS (or 22.19 and later, or 26) and run this again.',
  )
}

function setUpToolchain() {
  const lock = readFileSync(join(TOOLCHAIN, 'package-lock.json'))
  const hash = hashOf(lock)
  const stamp = join(TOOLCHAIN, 'node_modules', '.stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  npm([
    'ci',
    '--prefix',
    TOOLCHAIN,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  writeFileSync(stamp, hash)
}

function toolchainEnvironment(node) {
  const path = [
    dirname(node),
    join(TOOLCHAIN, 'node_modules', '.bin'),
    join(ROOT, 'node_modules', '.bin'),
    process.env.PATH,
  ]
  const environment = { ...process.env, PATH: path.join(delimiter) }
  // npm's own settings mean nothing to pnpm, which warns about each
  for (const name of Object.keys(environment))
    if (/^npm_(config|package|lifecycle)_/.test(name)) delete environment[name]
  return environment
}

function installDependencies(node, env) {
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((file) =>
    readFileSync(join(ROOT, file)),
  )
  const hash = hashOf(...inputs, node)
  if (stampHolds('install', hash)) return
  const pnpm = join(TOOLCHAIN, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs')
  run(node, [pnpm, 'install', '--frozen-lockfile'], { env: { ...env, CI: 'true' } })
  writeStamp('install', hash)
}

function buildPage(node, env) {
  const files = filesBelow(join(ROOT, 'console'))
  const hash = hashOf(
    ...files.flatMap((file) => [file, readFileSync(file)]),
    readFileSync(join(ROOT, 'pnpm-lock.yaml')),
  )
  if (stampHolds('page', hash) && existsSync(join(ROOT, 'console', 'dist', 'index.html'))) return
  run(
    node,
    [
      join(ROOT, 'console', 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--logLevel',
      'warn',
    ],
    { cwd: join(ROOT, 'console'), env },
  )
  writeStamp('page', hash)
}

function setUp() {
  progress(1, 3, 'Node 24 and pnpm 工具链')
  setUpToolchain()
  const node = findNode()
  const env = toolchainEnvironment(node)
  progress(2, 3, 'dependencies 依赖')
  installDependencies(node, env)
  progress(3, 3, 'page 页面')
  buildPage(node, env)
  endProgress()
  return { node, env }
}

/** Goes on in Node 24, in this process group, so that Ctrl-C reaches all of it; gives its exit code back. */
function goOn({ node, env }, script, args) {
  const child = spawn(node, [join(ROOT, 'scripts', script), ...args], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // npm and its shell pass no signal on: when they are gone, so is the wish to go on
  const parent = process.ppid
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref()
  child.on('error', (error) => fail(`${node} can't be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (signal === 'SIGKILL' ? 9 : 15) : code
  })
}

function usage() {
  const rows = Object.entries(TASKS).map(
    ([name, { about }]) => `  npm run ${name.padEnd(8)} ${about}`,
  )
  return ['Tasks of this repository (npm start and npm test for short):', ...rows].join('\n')
}

const [name, ...args] = process.argv.slice(2)
if (name === undefined || name === '--help' || !Object.hasOwn(TASKS, name)) {
  process.stdout.write(`${usage()}\n`)
  process.exit(name === '--help' ? 0 : 2)
}
if (!existsSync(join(ROOT, 'package.json')) || !statSync(ROOT).isDirectory())
  fail(`${ROOT} is no checkout of this repository`)
const environment = setUp()
const { script } = TASKS[name]
if (script === undefined) process.stdout.write('Everything is set up: npm start\n')
else goOn(environment, script, args)
