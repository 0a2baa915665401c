/** What keeps generated code, to be run elsewhere. */
export { moduleImports } from '../program/module-imports.js';
export { RecordingBackend, type RecordedModule } from './recording-backend.js';
