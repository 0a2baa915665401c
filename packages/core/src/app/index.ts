export { App, createApp, ENGINE, type AppOptions, type ModelOptions } from './app.js';
export * from './backends.js';
