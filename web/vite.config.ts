import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { configDefaults } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Where `npm run dev` finds a running server; `npm run mock` needs none. */
const SERVER = process.env['XIEZHI_SERVER'] ?? 'http://127.0.0.1:8420'

export default defineConfig(async ({ mode }) => {
  const plugins: Plugin[] = [...react()]
  if (mode === 'mock') plugins.push((await import('./mock/plugin.ts')).mock())
  return {
    plugins,
    resolve: { alias: { '@': here('./src') } },
    build: {
      outDir: here('../src/xiezhi/api/console'),
      emptyOutDir: true,
      manifest: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1500,
    },
    server: {
      host: '127.0.0.1',
      port: 5173,
      ...(mode === 'mock' ? {} : { proxy: { '/v1': { target: SERVER, changeOrigin: true } } }),
    },
    test: {
      include: ['test/**/*.test.{ts,tsx}'],
      exclude: configDefaults.exclude,
      restoreMocks: true,
    },
  }
})
