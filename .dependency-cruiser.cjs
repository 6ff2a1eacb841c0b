/** The walls of the house (docs in README, "Layout"). `npm run layers` fails on a breach, and when it saw no modules. */
const owner = (name, folder) => ({
  name: `${name}-has-one-owner`,
  comment: `the npm package ${name} is used in src/${folder} alone`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}` },
  to: { path: `^node_modules/(${name})/` },
})

/** Of an adapter: nobody else imports it, src neither. */
const adapterOwner = (name, folder) => ({
  name: `${name}-has-one-owner`,
  comment: `the npm package ${name} is used in adapters/${folder} alone`,
  severity: 'error',
  from: { path: '^(src|adapters)/', pathNot: `^adapters/${folder}` },
  to: { path: `^node_modules/(${name})/` },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'contract-imports-nothing',
      severity: 'error',
      from: { path: '^src/contract(\\.ts$|/)' },
      to: { pathNot: '^src/contract/' },
    },
    {
      name: 'adapters-know-the-contract-only',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^src/', pathNot: '^src/contract\\.ts$' },
    },
    {
      name: 'adapters-know-no-sibling',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/', pathNot: '^adapters/$1/' },
    },
    {
      name: 'the-page-runs-in-a-browser',
      comment: 'it shares the shapes of the API with the server, and nothing else of it; no Node',
      severity: 'error',
      from: { path: '^adapters/http/page/', pathNot: '^adapters/http/page/vite\\.config\\.ts$' },
      to: {
        pathNot: [
          '^adapters/http/(page|shapes)/',
          'node_modules/(react|react-dom|unified|remark-parse|remark-gfm|zod|@types/(react|react-dom|mdast))/',
        ],
      },
    },
    {
      name: 'shapes-are-for-the-page-too',
      severity: 'error',
      from: { path: '^adapters/http/shapes/' },
      to: { pathNot: ['^adapters/http/shapes/', '^src/contract(\\.ts$|/)', 'node_modules/zod/'] },
    },
    {
      name: 'nobody-imports-the-page',
      comment: 'Vite builds it, and the server sends what was built',
      severity: 'error',
      from: { pathNot: '^adapters/http/page/' },
      to: { path: '^adapters/http/page/' },
    },
    {
      name: 'src-knows-no-adapter',
      comment: 'src/adapters.ts loads them by name',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^adapters/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { path: '^(src|adapters)/' },
      to: { path: '^(test|bench|docs)/' },
    },
    owner('execa', 'claude/'),
    owner('keyv|@keyv/redis', 'store/'),
    owner('bullmq|@redis/client', 'queue/bull/'),
    owner('pino|pino-pretty', 'log\\.ts$'),
    owner('yaml', 'config/'),
    owner('unified|remark-parse|remark-gfm', 'reply/'),
    owner('commander|@clack/prompts', 'cli/'),
    owner('ink|react', 'top/'),
    owner('@opentelemetry', 'telemetry/otlp\\.ts$'),
    adapterOwner('@resvg/resvg-wasm|@expo-google-fonts/noto-sans-mono', 'discord/pictures/'),
    {
      name: 'pure-layers-look-forward',
      comment:
        'nobody asks the layer above: replies, queue, store and claude know no conversation, router or bot',
      severity: 'error',
      from: { path: '^src/(claude|queue|sqlite|store|reply|files|demo)/' },
      to: { path: '^src/(conversation/|commands/|cli/|router\\.ts|bot\\.ts|index\\.ts|agent\\.ts)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^adapters/http/page/built/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
