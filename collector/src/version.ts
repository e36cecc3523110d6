import manifest from '../package.json' with { type: 'json' }

/** Version of the collector. */
export const VERSION: string = manifest.version
