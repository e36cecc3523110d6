import { computed } from '@preact/signals'
import { firingAlerts } from './live.ts'

/** What fires, nobody has taken on and nothing holds back, the worst first. */
export const unclaimedAlerts = computed(() =>
  firingAlerts.value.filter(
    ({ claimedBy, held, backlog }) => claimedBy === null && held === null && !backlog,
  ),
)

/** What somebody has taken on. */
export const claimedAlerts = computed(() =>
  firingAlerts.value.filter(({ claimedBy }) => claimedBy !== null),
)

/** What was already wrong when it was first watched: a list to work off, without a sound. */
export const backlogAlerts = computed(() =>
  firingAlerts.value.filter(({ claimedBy, backlog }) => claimedBy === null && backlog),
)

/** What nobody is told of: muted by its cause, silenced, in a maintenance window, … */
export const heldAlerts = computed(() =>
  firingAlerts.value.filter(
    ({ claimedBy, held, backlog }) => claimedBy === null && held !== null && !backlog,
  ),
)
