// Starts a program of this checkout from its starter in bin/: any Node from 20 runs this file, and the program goes on in a Node of the
// supported range, the toolchain's where this one is too old. Plain ES2020 with node: modules alone.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

function supportsOurCode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return (major === 22 && minor >= 19) || (major === 24 && minor >= 11) || major >= 26
}

function findNode() {
  if (supportsOurCode(process.version)) return process.execPath
  const packaged = join(
    ROOT,
    'scripts',
    'toolchain',
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  )
  return existsSync(packaged) ? packaged : undefined
}

/**
 * Runs `main` (a file URL) with the arguments of this process. In a Node that is too old another one takes over: in this very process where Node
 * can replace itself (process.execve), else as a child whose signals and exit code are passed on.
 */
export async function startProgram({ main }) {
  const node = findNode()
  if (node === undefined) {
    const { version } = process
    complain(
      `Node ${version} 版本过低；请先在代码目录执行 npm run setup，它会装好 Node 24`,
      `Node ${version} is too old; run "npm run setup" in the checkout first, which brings Node 24`,
    )
    process.exitCode = 1
    return
  }
  if (node === process.execPath) {
    await import(main)
    return
  }
  const args = [fileURLToPath(main), ...process.argv.slice(2)]
  if (typeof process.execve === 'function') replaceProcess(node, args)
  else runAsChild(node, args)
}

/** In the language that the program itself would choose (program/src/language.ts): --lang, WARDROUND_LANG, the locale; Chinese by default. */
function complain(zh, en) {
  process.stderr.write(`${isEnglish(process.argv, process.env) ? en : zh}\n`)
}

function isEnglish(argv, environment) {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const given = at < 0 ? undefined : argv[at].split('=')[1] || argv[at + 1]
  const setting = given || environment.WARDROUND_LANG
  if (setting) return setting.startsWith('en')
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return /^en([_.@-]|$)/.test(locale)
}

function replaceProcess(node, args) {
  process.removeAllListeners('warning') // process.execve is announced as experimental; nothing that a reader of logs could act on
  process.on('warning', () => {})
  process.execve(node, [node, ...args], process.env)
}

function runAsChild(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    complain(`${node} 无法启动：${error.message}`, `${node} can't be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (constants.signals[signal] ?? 0) : code
  })
}
