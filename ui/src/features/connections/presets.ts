import type { ProviderKind } from "../../lib/bindings";

/** Where well-known servers listen, and what they speak. A preset only fills the form in. */
export interface Preset {
	name: string;
	kind: ProviderKind;
	baseUrl: string;
	isLocal: boolean;
}

export const presets: Preset[] = [
	{ name: "OpenAI", kind: "openai", baseUrl: "https://api.openai.com/v1", isLocal: false },
	{ name: "Anthropic", kind: "anthropic", baseUrl: "https://api.anthropic.com", isLocal: false },
	{ name: "Google Gemini", kind: "gemini", baseUrl: "https://generativelanguage.googleapis.com", isLocal: false },
	{ name: "Ollama", kind: "compatible", baseUrl: "http://127.0.0.1:11434/v1", isLocal: true },
	{ name: "LM Studio", kind: "compatible", baseUrl: "http://127.0.0.1:1234/v1", isLocal: true },
	{ name: "llama.cpp", kind: "compatible", baseUrl: "http://127.0.0.1:8080/v1", isLocal: true },
	{ name: "vLLM", kind: "compatible", baseUrl: "http://127.0.0.1:8000/v1", isLocal: true },
	{ name: "OpenRouter", kind: "compatible", baseUrl: "https://openrouter.ai/api/v1", isLocal: false },
	{ name: "Groq", kind: "compatible", baseUrl: "https://api.groq.com/openai/v1", isLocal: false },
	{ name: "Mistral", kind: "compatible", baseUrl: "https://api.mistral.ai/v1", isLocal: false },
	{ name: "DeepSeek", kind: "compatible", baseUrl: "https://api.deepseek.com/v1", isLocal: false },
	{ name: "xAI", kind: "compatible", baseUrl: "https://api.x.ai/v1", isLocal: false },
	{ name: "Together", kind: "compatible", baseUrl: "https://api.together.xyz/v1", isLocal: false },
];

/** What a connection can speak: the demo voices are built in. */
export const protocols: { kind: ProviderKind; label: string }[] = [
	{ kind: "compatible", label: "Chat completions (most servers)" },
	{ kind: "openai", label: "OpenAI chat completions" },
	{ kind: "openai_responses", label: "OpenAI Responses" },
	{ kind: "anthropic", label: "Anthropic Messages" },
	{ kind: "gemini", label: "Google Gemini" },
];

/** Whether a key that was given for the one address may not go to the other. */
export function isOtherServer(one: string, other: string): boolean {
	const [before, after] = [one, other].map((address) => (URL.canParse(address) ? new URL(address).origin : undefined));
	return after !== undefined && before !== after;
}
