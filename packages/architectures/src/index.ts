/** Well-known networks as compositions, of which `app.build` makes models. Classifiers give logits. */
export type { ImageShape } from './blocks.js';
export { cifarDensenet, densenet, type CifarDensenetOptions, type DensenetOptions } from './densenet.js';
export { efficientnetB0, type EfficientnetOptions } from './efficientnet.js';
export { lenet5 } from './lenet.js';
export { lstmTagger, type LstmTaggerOptions } from './lstm-tagger.js';
export { mobilenetV2, type MobilenetOptions } from './mobilenet.js';
export { cifarResnet, resnet, type CifarResnetOptions, type ResnetOptions } from './resnet.js';
export { signalResnet, type SignalResnetOptions } from './signal-resnet.js';
export { torchNames } from './torch-names.js';
export { unet, type UnetOptions } from './unet.js';
export { vgg, type VggOptions } from './vgg.js';
export { vit, type VitOptions } from './vit.js';
export { wideResnet, type WideResnetOptions } from './wide-resnet.js';
