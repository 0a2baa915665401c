export { inject, injectable, type InjectableClass, type InjectionToken } from './container.js';
export { CORE_VERSION } from './core-copy.js';
export * from './definition.js';
export type { ExtensionDescription, RegistryDescription } from './description.js';
export type * from './kinds.js';
export {
  definePlugin,
  pluginsIn,
  type Definitions,
  type NamesOf,
  type Plugin,
  type PluginHost,
  type PluginInput,
  type RegistrationOptions,
} from './plugin.js';
export type { InstanceCheck } from './instance-check.js';
export { Registry } from './registry.js';
export { Services, serviceToken, type Resolve, type ServiceProvider, type ServiceToken } from './services.js';
