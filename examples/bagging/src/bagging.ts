// Bagging (Breiman 1996): trees on his waveform data, and networks on images. Each is repeated on several training sets, to
// see how the variance over them falls with the number of members.
import { RandomSource, readTargets, type App, type Choice } from '@adjoint/core';
import { createApp } from 'adjoint';
import { subset, type TrainAndTest } from '@adjoint/data';
import { errorRate, firstOf, imagesOf, type Experiment, type Findings, type Setting } from '@adjoint/experiment';
import { trees } from '@adjoint/trees';
import { findingsOf, type Images, type Waves } from './findings.js';
import { repeatOf, type Repeat } from './repeats.js';
import { waveform } from './waveform.js';

interface Plan {
  readonly repeats: number;
  readonly members: number;
  /** Examples to be tested on. */
  readonly test: number;
}

interface ImagePlan extends Plan {
  readonly examples: number;
  readonly epochs: number;
}

const sizes: Record<Setting['size'], { readonly waves: Plan; readonly images: ImagePlan }> = {
  smoke: {
    waves: { repeats: 2, members: 3, test: 200 },
    images: { repeats: 2, members: 2, test: 200, examples: 60, epochs: 1 },
  },
  usual: {
    waves: { repeats: 20, members: 50, test: 3000 },
    images: { repeats: 5, members: 20, test: 2000, examples: 1600, epochs: 12 },
  },
  full: {
    waves: { repeats: 100, members: 50, test: 3000 },
    images: { repeats: 5, members: 50, test: 10_000, examples: 1600, epochs: 30 },
  },
};

const learned = { loss: 'crossEntropy', optimizer: 'adam' } as const;

/** 300 waves to learn from, anew for each repeat, and others to be tested on. */
async function bagTrees(app: App, { repeats, members, test: held }: Plan, random: RandomSource): Promise<Waves> {
  const test = waveform(held, random.child('test'));
  const [labels] = await readTargets(test);
  const tree = app.sequential({ input: [21] }, [{ tree: { units: 3, leaves: 300 } }]);
  const alone: number[] = [];
  const bagged: Repeat[] = [];
  for (let i = 0; i < repeats; i++) {
    const train = waveform(300, random.child(`train ${i}`));
    const job = {
      composition: tree.composition,
      seed: i,
      trainer: learned,
      fit: { epochs: 1, batchSize: 'full' },
      train: { data: train },
    } as const;
    for await (const { weights } of app.run([job], { runner: 'cart' })) {
      tree.load(weights);
      alone.push(errorRate(await tree.predict(test), labels!.data));
    }
    const strategy = { bagging: { members, combine: 'votes' } } as const;
    const ensemble = app.ensemble(tree, { strategy, trainer: learned, runner: 'cart', seed: i });
    await ensemble.fit(train, job.fit);
    bagged.push(await repeatOf(ensemble, test));
  }
  return { alone, bagged };
}

/** Networks on sets of images that share none, as bags, and as members that differ in their seeds alone. */
async function bagNetworks(app: App, plan: ImagePlan, images: TrainAndTest, seed: number): Promise<Images> {
  const { repeats, members, examples, epochs } = plan;
  const { train } = images;
  const test = firstOf(images.test, plan.test);
  const order = new RandomSource(seed).child('images').permutation(train.size);
  const layers = ['flatten', { dense: { units: 32 } }, 'relu', { dense: { units: 10 } }] as const;
  const network = app.sequential({ input: test.inputs[0].shape }, layers);
  const fitted = async (strategy: Choice<'ensemble'>): Promise<Repeat[]> => {
    const found: Repeat[] = [];
    for (let i = 0; i < repeats; i++) {
      const ensemble = app.ensemble(network, { strategy, trainer: learned, seed: seed + 1000 * i });
      await ensemble.fit(subset(train, order.slice(i * examples, (i + 1) * examples)), { epochs, batchSize: 32 });
      found.push(await repeatOf(ensemble, test));
    }
    return found;
  };
  return { examples, bagged: await fitted({ bagging: { members } }), voting: await fitted({ voting: { members } }) };
}

async function run({ size, seed, data, log }: Setting): Promise<Findings> {
  const plan = sizes[size];
  const app = createApp({ plugins: [trees] });
  log(`${plan.waves.repeats} × ${plan.waves.members} trees on waves`);
  const waves = await bagTrees(app, plan.waves, new RandomSource(seed));
  log(`2 × ${plan.images.repeats} × ${plan.images.members} networks on ${plan.images.examples} images each`);
  const images = await bagNetworks(app, plan.images, await imagesOf({ ...(data !== undefined && { data }) }), seed);
  await app.close();
  return findingsOf(waves, images);
}

export const definition: Experiment = {
  name: 'bagging',
  about: 'Bagging: members on bootstrap samples, their error by number, its variance, and its estimate out of bag.',
  source: 'Breiman 1996, "Bagging predictors", Machine Learning 24; waveform data: Breiman et al. 1984, section 2.6.2',
  run,
};
