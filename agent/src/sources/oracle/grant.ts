/**
 * The grant with which the agent's account may read one view. A name `V$X` is a public synonym: the grant is on the view `SYS.V_$X`
 * behind it. DUAL and SYS_CONTEXT() need none and are not named here.
 */
export function selectOn(view: string): string {
  return `GRANT SELECT ON SYS.${view.replace(/^(G?V)\$/, '$1_$$')} TO wardround`
}

/** What a statement over these views declares: `{ id, text, cost, ...reading('V$SESSION') }`. */
export function reading(...views: readonly string[]): {
  readonly reads: readonly string[]
  readonly grants: readonly string[]
} {
  return { reads: views, grants: views.map(selectOn) }
}
