import type { Message } from "../../lib/bindings";
import type { LiveWords } from "../../lib/state/words.svelte";
import { duration } from "../../lib/time";

/** Fewer seconds than this say nothing about speed. */
const MIN_SECONDS = 1;
/** Characters in a token, roughly: real counts come with the end of the answer, so the figure is marked as a guess. */
const CHARS_PER_TOKEN = 4;

/** When the first word came, and how fast the others come. */
export function liveFacts(message: Message, words: LiveWords | undefined, now: number): string[] {
	const facts: string[] = [];
	const attempt = message.attempts.at(-1);
	if (attempt) {
		const waited = Date.parse(message.started_at) - Date.parse(attempt.started_at);
		if (waited >= 0) facts.push(`first token ${duration(waited)}`);
	}
	const seconds = words?.firstSeen == null ? 0 : (now - words.firstSeen) / 1000;
	if (words && seconds >= MIN_SECONDS) facts.push(`≈ ${Math.round(words.length / CHARS_PER_TOKEN / seconds)} tok/s`);
	return facts;
}

/** About so many tokens, where no model has counted yet. */
export const estimate = (text: string) => Math.ceil(text.trim().length / CHARS_PER_TOKEN);
