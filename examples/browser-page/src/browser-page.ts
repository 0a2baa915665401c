// Trains the same network on the same images in Node and in a browser: every loss and every weight has the same bits.
import { fashionMnist } from '@adjoint/data/node';
import { servePage } from './serve-page.js';
import { train } from './train.js';

/** Trains in Node, then serves the page until the server is closed. */
export async function main(): Promise<Awaited<ReturnType<typeof servePage>>> {
  console.log('Node:');
  const { train: images } = await fashionMnist();
  const { checksum } = await train(images, (loss) => console.log(loss.toFixed(6)));
  console.log(`SHA-256 of the weights: ${checksum}`);
  const page = await servePage();
  console.log(`Open ${page.address} in a browser to compare; Ctrl-C ends this.`);
  return page;
}
