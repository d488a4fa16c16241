import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const inTree = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: inTree("src/web"),
  base: "/web/",
  appType: "mpa",
  build: {
    outDir: inTree("dist/web"),
    emptyOutDir: true,
    target: "es2023",
    // A data: URL would need a weaker content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // React and Fluent, shared by every page and cached for good.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: {
        counts: inTree("src/web/counts/index.html"),
        desk: inTree("src/web/desk/index.html"),
        phone: inTree("src/web/phone/index.html"),
        setUp: inTree("src/web/setUp/index.html"),
        signIn: inTree("src/web/signIn/index.html"),
      },
      // Fluent's modules all begin with "use client", which means nothing here.
      onLog(level, log, next) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") next(level, log);
      },
    },
  },
});
