import { gradients, oneHot, RandomSource, type App, type Dataset } from 'adjoint';

/** How far gradients of batches are from that of all the data. */
export interface Noise {
  readonly batchSize: number;
  /** Root of the mean of ‖g_B − g‖² over batches that were drawn. */
  readonly measured: number;
  /** √(tr Σ/B·(n − B)/(n − 1)), with the covariance Σ of the gradients of single examples: drawn without replacement. */
  readonly predicted: number;
}

/** The noise of the gradient of softmax regression at its first weights, by batch size. */
export async function noise(
  app: App,
  data: Dataset,
  seed: number,
  { batchSizes, draws }: { readonly batchSizes: readonly number[]; readonly draws: number },
): Promise<readonly Noise[]> {
  const model = app.sequential({ input: data.inputs[0]!.shape, seed }, ['flatten', { dense: { units: 10 } }]);
  const weight = (await model.weights()).get('dense/weight')!;
  const gradient = app.trace(([images, classes, w]) => {
    const [count] = images!.shape as [number];
    const logits = images!.reshape([count, -1]).matmul(w!, { transposeB: true });
    const loss = logits.logSoftmax(-1).mul(oneHot(classes!, 10)).sum().div(-count);
    return gradients(loss, [w!]);
  }, 'gradient');
  const gradientOf = async (indices: Int32Array): Promise<ArrayLike<number>> => {
    const { inputs, targets } = await data.batch(indices);
    const [found] = await gradient.call([inputs[0], targets[0]!, weight]);
    return found!.data;
  };
  const whole = await gradientOf(Int32Array.from({ length: data.size }, (_, i) => i));
  const distance = async (indices: Int32Array): Promise<number> => {
    const found = await gradientOf(indices);
    let sum = 0;
    for (let i = 0; i < whole.length; i++) sum += (found[i]! - whole[i]!) ** 2;
    return sum;
  };
  let variance = 0;
  for (let i = 0; i < data.size; i++) variance += (await distance(Int32Array.of(i))) / data.size;

  const random = new RandomSource(seed).child('noise');
  const found: Noise[] = [];
  for (const batchSize of batchSizes) {
    let sum = 0;
    for (let draw = 0; draw < draws; draw++)
      sum += await distance(random.permutation(data.size).subarray(0, batchSize));
    const share = (data.size - batchSize) / (data.size - 1) / batchSize;
    found.push({ batchSize, measured: Math.sqrt(sum / draws), predicted: Math.sqrt(variance * share) });
  }
  return found;
}
