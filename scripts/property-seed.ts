import { configureGlobal } from 'fast-check'

/** Property tests draw the same cases each time, so that a run that fails can be repeated; WARDROUND_SEED draws others. */
configureGlobal({ seed: Number(process.env['WARDROUND_SEED'] ?? 20_261_122) })
