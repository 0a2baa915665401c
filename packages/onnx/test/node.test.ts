import test from 'ava';
import { create, toBinary } from '@bufbuild/protobuf';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelProtoSchema } from 'onnx-buf';
import { importOnnx } from '@adjoint/onnx';
import { readOnnx } from '@adjoint/onnx/node';
import { value } from './models.js';
import { withApp } from './support.js';

/** y = x·w, with w in a file beside the model. */
function product(location: string): Uint8Array {
  const externalData = Object.entries({ location, offset: '4', length: '16' }).map(([key, entry]) => ({
    key,
    value: entry,
  }));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      opsetImport: [{ version: 17n }],
      graph: {
        input: [value('x', ['N', 2])],
        output: [value('y', ['N', 2])],
        initializer: [{ name: 'w', dataType: 1, dims: [2n, 2n], dataLocation: 1, externalData }],
        node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
      },
    }),
  );
}

test('a file is read with the tensors that are kept beside it', (t) =>
  withApp(async (app) => {
    const folder = await mkdtemp(join(tmpdir(), 'adjoint-onnx-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'net.onnx'), product('net.data'));
    await writeFile(join(folder, 'net.data'), new Uint8Array(Float32Array.of(9, 1, 2, 3, 4).buffer));
    const model = await readOnnx(app, join(folder, 'net.onnx'));
    t.deepEqual([...(await model.predict([[1, 10]])).data], [31, 42]);

    t.throws(() => importOnnx(app, product('net.data')), {
      code: 'FILE_INVALID',
      message: /'net\.data' beside the model/,
    });
    await writeFile(join(folder, 'bad.onnx'), product('../net.data'));
    await t.throwsAsync(readOnnx(app, join(folder, 'bad.onnx')), { code: 'FILE_INVALID', message: /is not beside it/ });
    await writeFile(join(folder, 'far.onnx'), product('missing.data'));
    await t.throwsAsync(readOnnx(app, join(folder, 'far.onnx')), { code: 'FILE_UNREADABLE', message: /missing\.data/ });
    await t.throwsAsync(readOnnx(app, join(folder, 'none.onnx')), { code: 'FILE_UNREADABLE' });
  }));
