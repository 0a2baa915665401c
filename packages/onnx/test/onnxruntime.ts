import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { allocateArray, hostTensor, type HostTensor } from '@adjoint/core';

interface RuntimeTensor {
  readonly type: string;
  readonly data: ArrayLike<number | bigint>;
  readonly dims: readonly number[];
}

interface Runtime {
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      run(feeds: Readonly<Record<string, RuntimeTensor>>): Promise<Readonly<Record<string, RuntimeTensor>>>;
    }>;
  };
}

const directory = 'packages/onnx/test/peers';

/** ONNX Runtime, which is large (288 MB) and therefore installed the first time that a slow test asks for it. */
export function onnxRuntime(): Runtime {
  if (!existsSync(join(directory, 'node_modules/onnxruntime-node/package.json'))) {
    const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel', 'error'];
    spawnSync('npm', ['install', ...options], { cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] });
  }
  const require = createRequire(join(process.cwd(), directory, 'package.json'));
  return require('onnxruntime-node') as Runtime;
}

/** A model in ONNX Runtime as a function from values by name to values by name. */
export async function session(
  bytes: Uint8Array,
): Promise<(feeds: ReadonlyMap<string, HostTensor>) => Promise<Map<string, HostTensor>>> {
  const { Tensor, InferenceSession } = onnxRuntime();
  const model = await InferenceSession.create(bytes);
  return async (feeds) => {
    const given = [...feeds].map(([name, { data, shape, dtype }]) => [name, new Tensor(dtype, data, shape)] as const);
    const results = await model.run(Object.fromEntries(given));
    return new Map(Object.entries(results).map(([name, result]) => [name, hostOf(result)]));
  };
}

function hostOf({ type, data, dims }: RuntimeTensor): HostTensor {
  const dtype = type === 'bool' || type === 'int32' || type === 'float64' ? type : 'float32';
  const own = allocateArray(dtype, data.length);
  for (let i = 0; i < data.length; i++) own[i] = Number(data[i]);
  return hostTensor(own, dims, dtype);
}
