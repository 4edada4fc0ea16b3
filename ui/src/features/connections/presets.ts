/** Where well-known servers listen. A preset only fills the form in. */
export interface Preset {
	name: string;
	baseUrl: string;
	isLocal: boolean;
}

export const presets: Preset[] = [
	{ name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", isLocal: true },
	{ name: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1", isLocal: true },
	{ name: "llama.cpp", baseUrl: "http://127.0.0.1:8080/v1", isLocal: true },
	{ name: "vLLM", baseUrl: "http://127.0.0.1:8000/v1", isLocal: true },
	{ name: "OpenRouter", baseUrl: "https://openrouter.ai/api/v1", isLocal: false },
	{ name: "Groq", baseUrl: "https://api.groq.com/openai/v1", isLocal: false },
	{ name: "Mistral", baseUrl: "https://api.mistral.ai/v1", isLocal: false },
	{ name: "DeepSeek", baseUrl: "https://api.deepseek.com/v1", isLocal: false },
	{ name: "xAI", baseUrl: "https://api.x.ai/v1", isLocal: false },
	{ name: "Together", baseUrl: "https://api.together.xyz/v1", isLocal: false },
];
