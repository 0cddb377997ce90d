// SPDX-License-Identifier: MIT
// How the pages are built.  `npm run dev` serves them with the program's
// API behind (RIBBLE=http://... says where it listens).
import { defineConfig } from "vite";

const behind = process.env.RIBBLE ?? "http://127.0.0.1:8080";
const doors = ["/api", "/dicom-web", "/wado", "/viewer", "/metrics", "/healthz", "/readyz"];

export default defineConfig({
  // The content security policy allows nothing inline: no data: addresses.
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  css: { preprocessorOptions: { scss: { quietDeps: true, loadPaths: ["node_modules"] } } },
  server: { proxy: Object.fromEntries(doors.map((door) => [door, behind])) },
});
