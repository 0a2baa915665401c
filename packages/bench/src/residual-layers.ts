/** A 3×3 convolution of ResNet-20 with its batch normalization. */
export interface ResidualLayer {
  /** `0`, then `STAGE_BLOCK_HALF`. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  /** Rows and columns of its output, for images of 32 × 32. */
  readonly size: number;
}

/** The convolutions of ResNet-20 (He et al. 2016, section 4.2): one, and three stages of three blocks of two. */
export function residualLayers(): ResidualLayer[] {
  const layers: ResidualLayer[] = [{ name: '0', inputs: 3, outputs: 16, stride: 1, size: 32 }];
  for (const [stage, outputs] of [16, 32, 64].entries()) {
    for (let block = 0; block < 3; block++) {
      for (let half = 0; half < 2; half++) {
        const { outputs: inputs, size } = layers.at(-1)!;
        const stride = stage > 0 && block === 0 && half === 0 ? 2 : 1;
        layers.push({ name: `${stage}_${block}_${half}`, inputs, outputs, stride, size: size / stride });
      }
    }
  }
  return layers;
}
