import { defineConfig } from 'vitest/config';

// In a real browser, one case after another: `npm run build` first.
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
