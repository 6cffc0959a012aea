import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Two entries share their assets: the console under /console/, the panel under /panel/. The host serves every path of
// either that is no file with its entry, and /console/assets/ with the files that the build made.
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    emptyOutDir: false,
    rolldownOptions: { input: { console: 'index.html', panel: 'panel.html' } },
    // Files of their own, so that the content security policy needs no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/auth': 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.{ts,tsx}'] },
});
