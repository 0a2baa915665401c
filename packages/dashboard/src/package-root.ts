import { fileURLToPath } from 'node:url';

/** The folder of this package. What is published as a bundle lies two folders deep, as this does. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
