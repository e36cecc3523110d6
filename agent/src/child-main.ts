import { chosenRole, runRole } from './child.ts'

const role = chosenRole()
if (role) await runRole(role)
