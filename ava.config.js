export default {
  files: ['packages/*/dist/test/**/*.test.js', 'examples/*/dist/test/**/*.test.js'],
  require: ['./packages/tooling/scripts/property-seed.mjs'],
  // Without a result from any file. The first run compiles C for some minutes.
  timeout: '5m',
  // When watching, tests run once what they import is compiled, not when its source is saved.
  watchMode: { ignoreChanges: ['**/!(*.js|*.json)'] },
};
