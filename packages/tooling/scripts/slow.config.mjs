// AVA's configuration for `npm run test:slow`: tests that take minutes, which are no part of `npm test`.
export default {
  files: ['packages/*/dist/test/**/*.slow.js'],
  require: ['./packages/tooling/scripts/property-seed.mjs'],
  // Without a result from any file.
  timeout: '2h',
  concurrency: 1,
};
