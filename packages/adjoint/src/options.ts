export * from '@adjoint/core/options';
