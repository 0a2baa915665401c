import { defineConfig } from 'vite';

// With these headers a page may use threads.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  build: { target: 'es2023' },
  server: { headers },
  preview: { headers },
});
