export { inject, injectable, type InjectableClass, type InjectionToken } from './container.js';
export { readChoice, type ChoiceParts } from './choice.js';
export { CORE_VERSION } from './core-copy.js';
export * from './definition.js';
export { describeText, type ExtensionDescription, type RegistryDescription } from './description.js';
export * from './options/index.js';
export { validateOptions } from './options/validate-options.js';
export type * from './kinds.js';
export {
  definePlugin,
  type Definitions,
  type NamesOf,
  type Plugin,
  type PluginHost,
  type PluginInput,
  type RegistrationOptions,
} from './plugin.js';
export { Registry } from './registry.js';
export { Services, serviceToken, type Resolve, type ServiceProvider, type ServiceToken } from './services.js';
