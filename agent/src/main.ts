import { chosenRole, runRole } from './child.ts'
import { takeHandedRun } from './handed-run.ts'

// One file is program and children alike, so that a bundle stays one file; each loads only what it needs.
const role = chosenRole()
const handed = role === undefined ? takeHandedRun() : undefined
if (role !== undefined) await runRole(role)
else if (handed !== undefined) await (await import('./stay.ts')).stay(handed)
else await (await import('./command-line.ts')).runAgentCommand(process.argv)
