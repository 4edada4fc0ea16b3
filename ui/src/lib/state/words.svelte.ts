import type { Delta } from "../bindings";

/** Gaps are rare and small; whoever holds more than this has lost the thread and gets a snapshot anyway. */
const MAX_HELD = 256;

/** The words of one unfinished message. Only what shows this message is touched when another word comes. */
export class LiveWords {
	text = $state("");
	/** When the first word was seen here, by the wall clock. */
	firstSeen: number | null = null;
	#length = 0;
	#held: Delta[] = [];

	constructor(text: string) {
		this.restart(text);
	}

	get length() {
		return this.#length;
	}

	/** Takes the delta in and says whether words are missing before it. Repeated words are dropped. */
	hear(delta: Delta, now: number): "heard" | "gap" {
		if (delta.offset > this.#length) {
			if (this.#held.length < MAX_HELD) this.#held.push(delta);
			return "gap";
		}
		this.#take(delta, now);
		this.#drain(now);
		return "heard";
	}

	/** All words so far, from one who knows. A shorter text is older than what we have. */
	catchUp(text: string, now: number) {
		if (scalars(text) > this.#length) this.restart(text);
		this.#drain(now);
	}

	restart(text: string) {
		this.text = text;
		this.#length = scalars(text);
	}

	/** What stands at this character and behind is struck: others will come in its place. */
	cut(at: number) {
		this.restart(Array.from(this.text).slice(0, at).join(""));
		this.#held = this.#held.filter((delta) => delta.offset < at);
	}

	#take(delta: Delta, now: number) {
		const known = this.#length - delta.offset;
		const fresh = known > 0 ? Array.from(delta.text).slice(known).join("") : delta.text;
		if (fresh === "") return;
		this.firstSeen ??= now;
		this.text += fresh;
		this.#length += scalars(fresh);
	}

	#drain(now: number) {
		const held = this.#held.sort((one, other) => one.offset - other.offset);
		this.#held = held.filter((delta) => delta.offset > this.#length);
		for (const delta of held) {
			if (delta.offset <= this.#length) this.#take(delta, now);
		}
	}
}

/** Unicode scalar values, as Rust counts them; a string's length counts UTF-16 units. */
export function scalars(text: string): number {
	let count = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 0xdc00 || unit > 0xdfff) count++;
	}
	return count;
}
