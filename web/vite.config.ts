// Builds the islands, the style sheet and the fonts into the package; file names carry a hash of their content.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/ekistics/server/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: "files",
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: false,
    target: "es2022",
    chunkSizeWarningLimit: 1200, // MapLibre is one module; what is sent counts after gzip (tests/web)
    rollupOptions: { input: { site: "src/site.ts", explorer: "src/explorer/main.ts" } },
  },
  worker: { format: "es" },
});
