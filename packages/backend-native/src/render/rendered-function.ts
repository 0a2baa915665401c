/** A loop program as C. */
export interface RenderedFunction {
  /** Static helpers and the function itself (`signature` of c-text.ts). Equal for programs that can share their code. */
  readonly text: string;
  /** Scratch memory that the function needs, in bytes. */
  scratchBytes(threads: number): number;
}
