export * from '@adjoint/data';
