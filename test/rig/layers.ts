/**
 * Holds the walls of .dependency-cruiser.cjs against the code. A checker that cannot read TypeScript sees no
 * modules and finds nothing wrong: too few modules or no arrows is a failure, too.
 */
import { execFileSync } from 'node:child_process'
import { z } from 'zod'

const Cruise = z.object({
  modules: z.array(z.object({ dependencies: z.array(z.unknown()) })),
  summary: z.object({
    violations: z.array(z.object({ rule: z.object({ name: z.string() }), from: z.string(), to: z.string() })),
  }),
})

const output = execFileSync(
  'depcruise',
  ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '--no-progress', 'src', 'adapters'],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] },
)
const { modules, summary } = Cruise.parse(JSON.parse(output))
const arrows = modules.reduce((sum, { dependencies }) => sum + dependencies.length, 0)
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`)
if (modules.length < 40 || arrows < modules.length) {
  console.error(
    `only ${modules.length} modules and ${arrows} imports were seen: the checker does not read the code`,
  )
  process.exit(1)
}
if (summary.violations.length > 0) process.exit(1)
console.log(`layers: ${modules.length} modules, ${arrows} imports, every wall holds`)
