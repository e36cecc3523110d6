// npm run check: what a machine can say of the sources without running them.
import { describeOutcome, runCheck, STATIC_CHECKS } from './checks.ts'

for (const check of STATIC_CHECKS) {
  const outcome = await runCheck(check)
  console.log(describeOutcome(outcome))
  if (!outcome.passed) process.exitCode = 1
}
