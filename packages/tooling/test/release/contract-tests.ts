/** Test files that apply a contract suite in one line: one that holds, and one of a layer that mixes examples. */
export function contractTests(importTest: string): { holds: string; broken: string } {
  const start = `${importTest}
import { createApp, defineLayer, definePlugin, mean } from 'adjoint';
import { object } from 'adjoint/options';
import { testLayer } from 'adjoint/testing';
`;
  const mixing = `
const mixing = defineLayer({
  description: 'Takes the mean of all examples away.',
  options: object({}),
  create: () => ({ build: () => ([x]) => x.sub(mean(x, [0], true)) }),
});
const plugin = definePlugin({ name: 'mixing', version: '1.0.0', layer: { 'acme/mixing': mixing } });
`;
  const holds = `testLayer(test, { app: () => createApp(), layer: { dense: { units: 3 } }, inputs: [[4]] });\n`;
  const broken = `testLayer(test, { app: () => createApp({ plugins: [plugin] }), layer: 'acme/mixing', inputs: [[4]] });\n`;
  return { holds: start + holds, broken: start + mixing + broken };
}
