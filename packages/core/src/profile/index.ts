export type { ChromeTrace, ChromeTraceEvent } from './chrome-trace.js';
export type { KernelKind } from '../compiler/program.js';
export type { KernelProfile, Timed } from './kernel-profile.js';
export { profileFunction, type ProfileOptions } from './profile-function.js';
export { Profile, type LayerProfile } from './profile.js';
export type { Work } from './work.js';
