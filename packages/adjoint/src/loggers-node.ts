export * from '@adjoint/loggers/node';
