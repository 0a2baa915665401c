/** The data that come with this package, seen from `dist/src`, and from `dist/bundle` as well. */
export const assets = new URL('../../assets/', import.meta.url);
