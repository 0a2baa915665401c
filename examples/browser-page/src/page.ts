// The page's program: fetches the images, trains, and shows each loss as it comes.
import { fashionMnist } from '@adjoint/data';
import { train, type Training } from './train.js';

async function run(): Promise<Training> {
  const { train: images } = await fashionMnist({
    images: 'fashion-mnist/t10k-images-idx3-ubyte.gz',
    labels: 'fashion-mnist/t10k-labels-idx1-ubyte.gz',
  });
  const list = document.querySelector('#losses')!;
  const training = await train(images, (loss) => {
    const item = document.createElement('li');
    item.textContent = loss.toFixed(6);
    list.append(item);
  });
  document.querySelector('#checksum')!.textContent = training.checksum;
  return training;
}

const training = run();
// For whoever drives the browser: the promise of all numbers, in full.
Object.assign(globalThis, { training });
training.catch((error: unknown) => {
  document.querySelector('#checksum')!.textContent = String(error);
});
