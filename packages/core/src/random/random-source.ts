import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';
import { cosineOfTurns, logarithm } from '../math/portable-math.js';
import { threefry2x32 } from './threefry.js';

/** Where a random source stands; plain JSON. */
export interface RandomState {
  /** Two words of 32 bits. */
  readonly key: readonly [number, number];
  /** Blocks drawn so far. */
  readonly counter: number;
}

/** Separates the keys of children from the numbers that their parent draws. */
const CHILD_DOMAIN = 0x6368696c;

/**
 * Random numbers for work on the host (splits, shuffles, initial weights): draw number n is Threefry of (key, n), so that the
 * same seed gives the same numbers on every machine, and a saved state is two words and a count.
 */
export class RandomSource {
  readonly #key: readonly [number, number];
  #counter = 0;

  /**
   * @param seed a whole number 0 … 2⁵³ − 1
   * @throws AdjointError `OPTIONS_INVALID` for any other seed
   */
  constructor(seed: number | RandomState) {
    if (typeof seed === 'number') {
      if (!Number.isSafeInteger(seed) || seed < 0) {
        throw new AdjointError(
          'OPTIONS_INVALID',
          `random: the seed is ${seed}; it must be a whole number from 0 to 2⁵³ − 1.`,
        );
      }
      this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    } else if (typeof seed !== 'object' || !Array.isArray((seed as RandomState | null)?.key)) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `random: the seed is ${valueText(seed)}; it must be a whole number from 0 to 2⁵³ − 1.`,
      );
    } else {
      this.#key = seed.key;
      this.#counter = seed.counter;
    }
  }

  /** Continues where the source that had this state stood. */
  static restore(state: RandomState): RandomSource {
    const words = [...state.key];
    if (
      words.length !== 2 ||
      !words.every((word) => word === word >>> 0) ||
      !Number.isSafeInteger(state.counter) ||
      state.counter < 0
    ) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `random: ${JSON.stringify(state)} is not a state; expected { key: [word, word], counter } as RandomSource.state gives it.`,
      );
    }
    return new RandomSource(state);
  }

  get state(): RandomState {
    return { key: this.#key, counter: this.#counter };
  }

  /**
   * A source of its own for the place called `name`. It depends on the seed and the name only, not on what was drawn
   * before, so that one place more or less changes nobody else's numbers.
   */
  child(name: string): RandomSource {
    const bytes = new TextEncoder().encode(name);
    const words = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
    bytes.forEach((byte, i) => words.setUint8(i, byte));
    // The length goes in first, so that no name is a prefix of another.
    let key = threefry2x32(this.#key[0] ^ CHILD_DOMAIN, this.#key[1], bytes.length, CHILD_DOMAIN);
    for (let offset = 0; offset < words.byteLength; offset += 8) {
      key = threefry2x32(...key, words.getUint32(offset, true), words.getUint32(offset + 4, true));
    }
    return new RandomSource({ key, counter: 0 });
  }

  /** A multiple of 2⁻⁵³, uniform in [0, 1). */
  uniform(): number {
    return this.#bits53() / 2 ** 53;
  }

  /** A whole number, uniform in 0 … n − 1 without bias (draws outside a multiple of n are rejected); 1 ≤ n ≤ 2⁵³. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 53) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `random: integer(${n}): the bound must be a whole number from 1 to 2⁵³.`,
      );
    }
    const limit = 2 ** 53 - (2 ** 53 % n);
    for (;;) {
      const draw = this.#bits53();
      if (draw < limit) return draw % n;
    }
  }

  /** Normal with mean 0 and variance 1 (Box & Muller 1958); the same bits in every engine. */
  normal(): number {
    const radius = Math.sqrt(-2 * logarithm(1 - this.uniform()));
    return radius * cosineOfTurns(this.uniform());
  }

  /** The numbers 0 … n − 1 in an order drawn uniformly from all n! (Fisher & Yates; Knuth, TAOCP 2, algorithm 3.4.2P). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }

  #bits53(): number {
    const counter = this.#counter++;
    // Spreading the key would take as long as ten rounds.
    const key = this.#key;
    const [high, low] = threefry2x32(key[0], key[1], counter >>> 0, Math.floor(counter / 2 ** 32));
    return high * 2 ** 21 + (low >>> 11);
  }
}
