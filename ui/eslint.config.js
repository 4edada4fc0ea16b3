import svelte from "eslint-plugin-svelte";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const words = "Markup from a model is data: build elements from the parsed tree instead.";

/** A feature is one concept; what combines two of them is a view. */
const features = ["appearance", "companion", "connections", "conversation", "conversations", "creation"];
const otherFeatures = features.map((feature) => ({
	files: [`src/features/${feature}/**`],
	rules: {
		"no-restricted-imports": [
			"error",
			{
				patterns: [
					tauri(),
					{
						group: features.filter((other) => other !== feature).map((other) => `**/${other}/*`),
						message: "A feature never imports another feature: combine them in views/.",
					},
					{ group: ["**/views/*"], message: "Views are built from features, not the other way round." },
				],
			},
		],
	},
}));

export default defineConfig(
	{ ignores: ["dist/", "src/lib/bindings.ts"] },
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		files: ["**/*.svelte", "**/*.svelte.ts"],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		rules: {
			"no-eval": "error",
			"no-implied-eval": "error",
			"no-new-func": "error",
			"no-restricted-properties": [
				"error",
				...["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc"].map((property) => ({ property, message: words })),
				{ object: "document", property: "write", message: words },
				{ object: "document", property: "writeln", message: words },
			],
			"no-restricted-imports": ["error", { patterns: [tauri()] }],
			"svelte/no-at-html-tags": "error",
			"svelte/require-each-key": "error",
			// What the screen does not follow is no rune.
			"svelte/prefer-svelte-reactivity": "off",
			"@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
			"@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
		},
	},
	{ files: ["src/lib/backend/**"], rules: { "no-restricted-imports": "off" } },
	{
		files: ["src/components/**", "src/lib/**"],
		ignores: ["src/lib/backend/**"],
		rules: {
			"no-restricted-imports": [
				"error",
				{ patterns: [tauri(), { group: ["**/features/*", "**/views/*"], message: "What is below never imports what is above." }] },
			],
		},
	},
	...otherFeatures,
);

function tauri() {
	return { group: ["@tauri-apps/*"], message: "The window is reached through lib/backend only." };
}
