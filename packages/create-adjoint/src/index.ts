export { create, templates, type CreateOptions, type Template } from './create.js';
