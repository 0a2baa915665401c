export * from '@adjoint/io/node';
