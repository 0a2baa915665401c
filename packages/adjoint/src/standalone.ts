export * from '@adjoint/standalone';
