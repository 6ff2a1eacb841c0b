/**
 * How property tests draw their cases. `PARLEY_SEED` draws the same ones in every run: what lands must not hang on a
 * throw of the dice. Without it each run draws others, and so finds more over time.
 */
import { configureGlobal } from 'fast-check'
import { z } from 'zod'

const { PARLEY_SEED: seed } = z.object({ PARLEY_SEED: z.coerce.number().int().optional() }).parse(process.env)

if (seed !== undefined) configureGlobal({ seed })
