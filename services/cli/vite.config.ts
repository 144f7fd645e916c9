import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// A process of ours is some hundred modules of our own and many more of other people's. Finding, opening and linking
// them one by one took most of the time between start and readiness, so the built command is a few files instead.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    ssr: true,
    outDir: fileURLToPath(new URL('../../dist/services/cli', import.meta.url)),
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      // what runs as a process of its own, beside the parts that start it
      input: { main: 'main.ts', 'parts/database-process': '../orchestrator/store/database-process.mjs' },
      output: {
        entryFileNames: ({ name }) => (name === 'main' ? '[name].js' : '[name].mjs'),
        // Names without a hash: a process that runs while this is built anew still finds the parts it has yet to load.
        chunkFileNames: 'parts/[name].js',
      },
    },
  },
  // Left where npm puts them: native code, and packages that look for files beside themselves.
  ssr: {
    noExternal: true,
    external: ['@fastify/swagger-ui', '@lydell/node-pty', 'libsql', 'serialport'],
  },
});
