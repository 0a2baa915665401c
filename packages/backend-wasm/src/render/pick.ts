import { i32, i32x4, op, opByName } from '../assembler/index.js';
import { writeElements, type ReductionNest } from './elements.js';
import { Emitter } from './emitter.js';
import { asVector, asWord, constantOf, scalarType, type Value } from './values.js';

/** Writes the payload at the first maximum of `value`; NaN counts as the largest. Negative payloads take no part. */
export function writePick(nest: ReductionNest): Value {
  const { f, reduction } = nest;
  const type = scalarType(reduction.value.dtype);
  const best = f.let(i32(-1));
  const largest = f.let(constantOf(reduction.value.dtype, 1, 0));
  writeElements(nest, 'none', (environment) => {
    const emitter = new Emitter(environment, [reduction.payload!, reduction.value]);
    const payload = f.let(asWord(emitter.emit(reduction.payload!)));
    f.if(op('i32.ge_s', payload, i32(0)), () => {
      const value = f.let(emitter.emit(reduction.value));
      let wins = asWord(opByName(type === 'i32' ? 'i32.gt_s' : `${type}.gt`, value, largest));
      if (type !== 'i32') {
        const isFirstNaN = [opByName(`${type}.ne`, value, value), opByName(`${type}.eq`, largest, largest)] as const;
        wins = op('i32.or', wins, asWord(opByName('i32.and', ...isFirstNaN)));
      }
      f.if(op('i32.or', op('i32.lt_s', best, i32(0)), wins), () => {
        f.set(best, payload);
        f.set(largest, value);
      });
    });
  });
  return best;
}

/** The same for four neighbouring outputs. */
export function writePickInLanes(nest: ReductionNest): Value {
  const { f, reduction } = nest;
  const isFloat32 = reduction.value.dtype === 'float32';
  const best = f.let(i32x4(-1));
  const largest = f.let(i32x4(0));
  writeElements(nest, 'parallel', (environment) => {
    const emitter = new Emitter(environment, [reduction.payload!, reduction.value]);
    const payload = f.let(asVector(emitter.emit(reduction.payload!)));
    const value = f.let(asVector(emitter.emit(reduction.value)));
    let wins = isFloat32 ? op('f32x4.gt', value, largest) : op('i32x4.gt_s', value, largest);
    if (isFloat32) {
      const isFirstNaN = op('v128.and', op('f32x4.ne', value, value), op('f32x4.eq', largest, largest));
      wins = op('v128.or', wins, isFirstNaN);
    }
    const isFirst = op('i32x4.lt_s', best, i32x4(0));
    const chosen = f.let(op('v128.and', op('v128.or', wins, isFirst), op('i32x4.ge_s', payload, i32x4(0))));
    f.set(best, op('v128.bitselect', payload, best, chosen));
    f.set(largest, op('v128.bitselect', value, largest, chosen));
  });
  return best;
}
