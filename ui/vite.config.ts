import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
	plugins: [tailwindcss(), svelte(), svelteTesting()],
	clearScreen: false,
	server: { host: "127.0.0.1", port: 1420, strictPort: true },
	build: {
		// The oldest engine of the three systems: WKWebView of macOS 13.
		target: ["es2022", "safari16.4"],
		// The content security policy allows neither inline scripts nor `data:` fonts and styles.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	test: {
		environment: "jsdom",
		include: ["src/**/*.test.ts"],
		setupFiles: ["src/test/setup.ts"],
		restoreMocks: true,
		// For what hangs. To look things up by role is slow in jsdom, and a loaded machine is slower, and not wrong.
		testTimeout: 180_000,
	},
});
