/**
 * `T`, which is inferred from other places than this one: TypeScript's `NoInfer`, which compilers before 5.4 do not know.
 */
export type NotInferred<T> = [T][T extends unknown ? 0 : never];
