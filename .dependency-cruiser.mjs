// The rooms of src/, and who may import whom. `npm run check` holds the imports against this list.

/** From each room, the rooms that it may import besides itself. */
const MAY_IMPORT = {
  errors: [],
  check: ['errors', 'own-members'],
  'own-members': [],
  http: ['errors'],
  platform: [],
  'on-demand': ['errors'],
  'web-crypto': ['errors'],
  'single-flight': [],
  recent: [],
  query: ['errors', 'check', 'own-members', 'http', 'web-crypto'],
  sts: ['errors', 'check', 'own-members', 'on-demand', 'query'],
  iam: ['errors', 'check', 'http', 'on-demand', 'query'],
  credentials: ['errors', 'check', 'http', 'platform', 'single-flight', 'query', 'sts'],
  'token-source': [
    'errors',
    'check',
    'own-members',
    'on-demand',
    'http',
    'recent',
    'single-flight',
    'query',
    'sts',
    'web-crypto',
  ],
  cloudflare: [
    'errors',
    'check',
    'on-demand',
    'own-members',
    'http',
    'query',
    'sts',
    'credentials',
    'token-source',
  ],
  verify: ['errors', 'check', 'http', 'platform', 'recent', 'single-flight', 'web-crypto'],
  exchange: ['errors', 'check', 'own-members', 'on-demand', 'http', 'query', 'sts', 'token-source'],
  emulator: ['errors', 'check', 'web-crypto'],
  cli: [
    'exchange',

    'errors',
    'check',
    'http',
    'query',
    'sts',
    'iam',
    'credentials',
    'token-source',
    'verify',
    'emulator',
  ],
}

const rooms = Object.keys(MAY_IMPORT)
const pathOf = (room) => [`^src/${room}/`, `^src/${room}\\.ts$`]

export default {
  forbidden: [
    ...rooms.map((room) => ({
      name: `${room}-imports-only-its-neighbours`,
      comment: `src/${room} may import ${MAY_IMPORT[room].join(', ') || 'no other room'}.`,
      severity: 'error',
      from: { path: pathOf(room) },
      to: { path: '^src/', pathNot: [room, ...MAY_IMPORT[room]].flatMap(pathOf) },
    })),
    {
      name: 'every-room-is-listed',
      comment: 'A new room gets its line in MAY_IMPORT.',
      severity: 'error',
      from: { path: '^src/', pathNot: [...rooms.flatMap(pathOf), '^src/index\\.ts$'] },
      to: {},
    },
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-own-index',
      comment: 'A file takes what it needs from where it stands, not from the index of its folder.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: ['^src/index\\.ts$', '^src/.+/index\\.ts$'] },
    },
    {
      name: 'the-core-needs-no-jose',
      comment: 'Only what a store needs, which is loaded where there is one.',
      severity: 'error',
      from: {
        path: '^src/(query|sts|iam|credentials|token-source)/',
        pathNot: '^src/token-source/(seal|slot)\\.ts$',
      },
      to: { path: '(^|/)node_modules/jose/' },
    },
    {
      name: 'what-the-first-request-needs-is-loaded-on-demand',
      severity: 'error',
      from: { path: '^src/token-source/' },
      to: {
        path: '^src/token-source/(minting|stored-origin|send-with-token)\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'verify-needs-no-xml-and-no-signer',
      severity: 'error',
      from: { path: '^src/verify/' },
      to: { path: '(^|/)node_modules/(@xmldom|aws4fetch)/', reachable: true },
    },
    {
      name: 'no-node-module-outside-node-files',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|emulator/node\\.ts$)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'one-seam-to-the-xml-parser',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/query/xmldom-sax\\.ts$' },
      to: { path: '(^|/)node_modules/@xmldom/' },
    },
    {
      name: 'what-a-call-needs-is-loaded-on-demand',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/(sts|iam)/(requests|replies)\\.ts$', dynamic: false },
    },
    {
      name: 'nothing-but-declared-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      // `cloudflare:workers` is the platform's.
      to: {
        pathNot: '^cloudflare:',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
      },
    },
    {
      name: 'the-example-uses-public-exports',
      severity: 'error',
      from: { path: '^worker-example/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    tsConfig: { fileName: 'src/tsconfig.edge.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
}
