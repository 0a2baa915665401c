export * from '@adjoint/data/node';
