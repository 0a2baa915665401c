import { train } from './train.js';

const button = element('train', HTMLButtonElement);
const status = element('status', HTMLParagraphElement);
const curve = element('curve', SVGPolylineElement);

button.addEventListener('click', async () => {
  button.disabled = true;
  const losses: number[] = [];
  try {
    const accuracy = await train((loss) => {
      losses.push(loss);
      status.textContent = `Step ${losses.length}: loss ${loss.toFixed(3)}`;
      const highest = Math.max(...losses);
      const points = losses.map((each, i) => `${(100 * i) / losses.length},${100 - (95 * each) / highest}`);
      curve.setAttribute('points', points.join(' '));
    });
    status.textContent = `Reads ${(100 * accuracy).toFixed(1)} % of the digits that it has not seen.`;
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    button.disabled = false;
  }
});

function element<E extends Element>(id: string, type: new () => E): E {
  const found = document.getElementById(id) as unknown;
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} '${id}'.`);
}
