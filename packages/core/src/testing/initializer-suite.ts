import type { App } from '../app/app.js';
import type { Initializer } from '../model/initializer.js';
import { RandomSource } from '../random/random-source.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { sizeOf, type Shape } from '../tensor/shape.js';
import { withOddNumbers } from './odd-options.js';
import { withAssertions, type TestFunction } from './test-function.js';

export interface InitializerSample {
  /** Makes an app with the initializer's plugin and a backend. */
  readonly app: () => App;
  readonly initializer: Choice<'initializer'>;
}

/** Of a bias, dense kernels that are wide, narrow, and empty, a convolution's and a scalar. */
const shapes: readonly Shape[] = [[5], [3, 7], [7, 3], [0, 3], [4, 2, 3, 3], []];

/**
 * The contract of an initializer: as many values as the shape has, all of them finite, also with numbers at the ends of its
 * options' ranges; and the same bits for the same random source, whatever was made before.
 */
export function testInitializer(runner: TestFunction, { app: makeApp, initializer }: InitializerSample): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('initializer', initializer));

  test(`${title}: it gives as many finite values as a shape has`, async (t) => {
    const app = makeApp();
    for (const choice of [initializer, ...withOddNumbers(app, 'initializer', initializer)]) {
      const initialize = app.registry.create('initializer', choice);
      for (const shape of shapes) {
        const values = valuesOf(initialize, shape);
        const what = `${JSON.stringify(choice)} of [${shape.join(', ')}]`;
        t.true(values.length === sizeOf(shape), `${what} has ${values.length} values`);
        t.true(values.every(Number.isFinite), `${what} has ${values.find((value) => !Number.isFinite(value))}`);
      }
    }
    await app.close();
  });

  test(`${title}: the same random source gives the same bits`, async (t) => {
    const app = makeApp();
    const [first, second] = [app, app].map((each) => each.registry.create('initializer', initializer));
    const forward = shapes.map((shape) => [...valuesOf(first!, shape)]);
    const backward = shapes.toReversed().map((shape) => [...valuesOf(second!, shape)]);
    t.deepEqual(backward.toReversed(), forward);
    t.deepEqual(
      shapes.map((shape) => [...valuesOf(first!, shape)]),
      forward,
      'asked again',
    );
    await app.close();
  });
}

function valuesOf(initialize: Initializer, shape: Shape): Float32Array | Float64Array {
  const fans = { fanIn: sizeOf(shape.slice(1)), fanOut: shape[0] ?? 1 };
  return initialize(shape, { ...fans, random: new RandomSource(11).child(`layer/${shape.join('x')}`) });
}
