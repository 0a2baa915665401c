import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Device, type Idle } from '../../src/engine/device.js';
import { Engine, hostTensor } from '../../src/index.js';
import { ReferenceBackend, type Backend, type DeviceBuffer } from '../../src/backend/index.js';

const megabyte = 2 ** 20;

/** The reference backend with a certain amount of memory. */
function countingBackend(capacity = Infinity): Backend & { readonly held: number } {
  const reference = new ReferenceBackend();
  let held = 0;
  return {
    name: 'counting',
    get held() {
      return held;
    },
    allocate(bytes) {
      if (held + bytes > capacity) throw new RangeError('Memory.grow(): Maximum memory size exceeded');
      held += bytes;
      return reference.allocate(bytes);
    },
    release: (buffer) => void (held -= buffer.bytes),
    write: (buffer, data) => reference.write(buffer as HostBuffer, data),
    read: (buffer, dtype, offset, length) => reference.read(buffer as HostBuffer, dtype, offset, length),
    compile: (program) => reference.compile(program),
    close() {},
  };
}

type HostBuffer = ReturnType<ReferenceBackend['allocate']>;

class Inputs implements Idle {
  dropped = false;
  readonly #buffer: DeviceBuffer;

  constructor(
    readonly device: Device,
    readonly idleBytes: number,
  ) {
    this.#buffer = device.allocate(idleBytes);
  }

  dropIdle(): void {
    this.dropped = true;
    this.device.release(this.#buffer);
  }
}

test('inputs of functions that rest are kept up to 256 MiB; the longest unused go first', (t) => {
  const device = new Device(countingBackend());
  const inputs = Array.from({ length: 4 }, () => new Inputs(device, 100 * megabyte));
  for (const input of inputs) device.rest(input);
  t.deepEqual(
    inputs.map(({ dropped }) => dropped),
    [true, true, false, false],
  );
  t.is(device.heldBytes, 200 * megabyte);
});

test('where there is no memory left, resting inputs are given back first', (t) => {
  const device = new Device(countingBackend(100 * megabyte));
  const inputs = new Inputs(device, 60 * megabyte);
  device.rest(inputs);
  device.allocate(80 * megabyte);
  t.true(inputs.dropped);
  t.throws(() => device.allocate(30 * megabyte), { code: 'OUT_OF_MEMORY', message: /30 MiB.*holds 80 MiB/ });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('variables and traced functions that nobody holds give their memory back', async (t) => {
  const backend = countingBackend();
  const engine = new Engine(backend);
  const use = async (): Promise<void> => {
    const weight = engine.variable(new Float32Array(1000));
    const constant = engine.tensor(new Float32Array(1000).fill(1));
    const step = engine.trace(([x]) => {
      void weight.assign(weight.value.add(x!).mul(constant));
      return [weight.value.sum()];
    });
    await step.call([hostTensor(new Float32Array(1000))]);
  };
  await use();
  const once = backend.held;
  for (let i = 0; i < 20; i++) await use();
  for (let i = 0; i < 10 && backend.held > once; i++) {
    collect();
    await delay(1);
  }
  // The arena stays, and so may what the last call has left on the stack.
  t.true(backend.held <= once, `${backend.held} bytes are held after 21 uses, ${once} after one`);
});

test('variables beyond the memory of the device wait on the host until they are used', async (t) => {
  const backend = countingBackend(10 * 4000);
  const engine = new Engine(backend);
  const make = (count: number) =>
    Array.from({ length: count }, (_, i) => engine.variable(new Float32Array(1000).fill(i)));
  const used = async (): Promise<number> => {
    const variables = make(15);
    t.is((await variables[3]!.read()).data[999], 3);
    await t.throwsAsync(variables[14]!.read(), { code: 'OUT_OF_MEMORY', message: /holds 0\.038 MiB/ });
    return variables.length;
  };
  await used();
  const [one] = make(1);
  // What was made before is held by nobody.
  for (let i = 0; i < 10 && backend.held > 4000; i++) {
    collect();
    await delay(1);
  }
  t.is((await one!.read()).data[0], 0);
  t.true(backend.held <= 8000, `${backend.held} bytes are held`);
});
