/** What went wrong, as Rust says it. The window branches on `code`, never on words. */
export interface Failure {
	code: string;
	message: string;
	field: string | null;
}

export function toFailure(thrown: unknown): Failure {
	if (typeof thrown === "object" && thrown !== null && "message" in thrown) {
		const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "window";
		const field = "field" in thrown && typeof thrown.field === "string" ? thrown.field : null;
		return { code, message: String(thrown.message), field };
	}
	return { code: "window", message: String(thrown), field: null };
}

/** A message of Rust is lower case without a full stop, so that it composes; on the screen it is a sentence. */
export function sentence(message: string): string {
	const trimmed = message.trim();
	const capital = trimmed.charAt(0).toLocaleUpperCase() + trimmed.slice(1);
	return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
