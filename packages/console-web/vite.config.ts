import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['x-source', 'module', 'browser'] },
  build: { target: 'es2024', sourcemap: false, assetsInlineLimit: 0 },
});
