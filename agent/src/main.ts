import { chosenRole, runRole } from './child.ts'

// One file is program and children alike, so that a bundle stays one file; a child loads only what its role needs.
const role = chosenRole()
if (role === undefined) await (await import('./command-line.ts')).runAgentCommand(process.argv)
else await runRole(role)
