import { evaluationContext, gradients, oneHot, severalOf, type Model, type Tensor } from 'adjoint';
import { isKernel } from './network.js';

/**
 * What can be seen of a model in one pass over images [examples, 1, 8, 8] with labels [examples], for a traced function:
 * probabilities [examples, 10]; then, for each further output of the model, its values and the gradient of the loss by them;
 * then the same for each convolution's filters. The loss is the mean of the examples' cross-entropies.
 */
export function seenIn(model: Model, images: Tensor, labels: Tensor): Tensor[] {
  const [logits, ...maps] = model.apply(severalOf([images]), evaluationContext(model.dtype));
  const right = logits.logSoftmax(1).mul(oneHot(labels, logits.shape[1] ?? 0));
  const loss = right.sum(1).mean().neg();
  const kernels = model.parameters.filter(isKernel).map(({ variable }) => variable.value);
  const looked = [...maps, ...kernels];
  const slopes = gradients(loss, looked);
  return [logits.softmax(1), ...looked.flatMap((tensor, i) => [tensor, slopes[i]!])];
}
