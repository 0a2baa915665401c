export * from '@adjoint/io';
