export * from '@adjoint/core/testing';
