import { preact } from '@preact/preset-vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const room = fileURLToPath(new URL('.', import.meta.url));

// Relative asset URLs: the page works at any path prefix a reverse proxy gives it.
// KMOTION_URL is the orchestrator that `vite` (development) asks; the built page asks where it came from.
export default defineConfig({
  root: room,
  base: './',
  plugins: [preact()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/dashboard', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // the content policy allows no data: URL
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/v1': process.env['KMOTION_URL'] ?? 'http://127.0.0.1:8080' } },
});
