/** Choices with a slip, and the name that the compiler gives instead: by the plain name, and with options. */
const slips: readonly (readonly [choice: string, nearest: string])[] = [
  [`app.sequential({ input: [1] }, ['softmx'])`, 'softmax'],
  [`app.sequential({ input: [1] }, [{ dens: { units: 1 } }])`, 'dense'],
  [`app.sequential({ input: [1] }, [{ dense: { unit: 1 } }])`, 'units'],
  [`app.sequential({ input: [1] }, [{ dense: { units: 1, initializer: 'heNormel' } }])`, 'heNormal'],
  [`app.sequential({ input: [1] }, [{ dense: { units: 1, initializer: { heNormel: {} } } }])`, 'heNormal'],
  [`app.trainer(model, { ...options, loss: 'crosEntropy' })`, 'crossEntropy'],
  [`app.trainer(model, { ...options, loss: { crosEntropy: {} } })`, 'crossEntropy'],
  [`app.trainer(model, { ...options, loss: [{ loss: 'crosEntropy' }] })`, 'crossEntropy'],
  [`app.trainer(model, { ...options, optimizer: 'adamm' })`, 'adam'],
  [`app.trainer(model, { ...options, optimizer: { adm: {} } })`, 'adam'],
  [`app.trainer(model, { ...options, optimizer: { adam: { learningRat: 1 } } })`, 'learningRate'],
  [`app.trainer(model, { ...options, optimizer: [{ use: 'adamm' }] })`, 'adam'],
  [`app.trainer(model, { ...options, optimizer: [{ use: { adm: {} } }] })`, 'adam'],
  [`app.trainer(model, { ...options, schedule: { cosin: { steps: 5 } } })`, 'cosine'],
  [`app.trainer(model, { ...options, metrics: ['accurcy'] })`, 'accuracy'],
  [`app.trainer(model, { ...options, metrics: [{ accurcy: {} }] })`, 'accuracy'],
  [`app.trainer(model, { ...options, metrics: [{ metric: 'accurcy' }] })`, 'accuracy'],
  [`app.trainer(model, { ...options, regularizers: ['earlyStoping'] })`, 'earlyStopping'],
  [`app.trainer(model, { ...options, regularizers: [{ earlyStoping: {} }] })`, 'earlyStopping'],
  [`app.trainer(model, { ...options, regularizers: [{ earlyStopping: { patienc: 1 } }] })`, 'patience'],
  [`app.trainer(model, { ...options, gradientTransforms: [{ clipNrm: { max: 1 } }] })`, 'clipNorm'],
  [`app.trainer(model, { ...options, loggers: ['consol'] })`, 'console'],
  [`app.trainer(model, { ...options, loggers: [{ consol: {} }] })`, 'console'],
  [`app.ensemble(model, { strategy: 'softVotin', trainer: options })`, 'softVoting'],
  [`app.ensemble(model, { strategy: { baging: { members: 3 } }, trainer: options })`, 'bagging'],
  [`app.run([], { runner: 'worker' })`, 'workers'],
  [`app.run([], { runner: { worker: {} } })`, 'workers'],
  [`app.dataset({ digit: {} })`, 'digits'],
  [`createApp({ backend: 'wasmm' })`, 'wasm'],
  [`createApp({ backend: { wasmm: {} } })`, 'wasm'],
  [`createApp({ backend: [{ wasmm: {} }] })`, 'wasm'],
];

const head = `import { createApp, type TrainerOptions } from 'adjoint';
import '@adjoint/data/node';
import '@adjoint/runner-workers';
const app = createApp();
const model = app.sequential({ input: [1] }, ['relu']);
declare const options: TrainerOptions;
`;

/** A program with a slip in each line from `firstLine` on, in the order of `slips`. */
export const wrongNames = {
  program: head + slips.map(([choice]) => `${choice};`).join('\n'),
  firstLine: head.split('\n').length,
  slips,
};
