import { defineConfig } from 'vitest/config';

// A host of this build and simulators of what lies outside, in a real browser: `cargo build` and `npm run build` first.
export default defineConfig({
  test: {
    include: ['tests/story/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    bail: 1,
  },
});
