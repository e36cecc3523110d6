// The public face for a process that stays: without the libraries of configuration and command line, which cost it 10 MB and are needed once.
export { changedNames } from './changed-names.ts'
export { ClosingStack } from './closing-stack.ts'
export { ConfigError } from './config-error.ts'
export { openLog, type Logger } from './log.ts'
export { runProgram } from './run-program.ts'
export { readSecret } from './secret.ts'
export { lockStateDirectory } from './state-lock.ts'
