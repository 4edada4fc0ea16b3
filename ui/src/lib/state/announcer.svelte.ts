const PAUSE_MS = 2_000;

/** One sentence at a time for screen readers, at most one in two seconds; what waits is said together. */
export class Announcer {
	said = $state("");
	#waiting: string[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;

	say(sentence: string) {
		if (this.#timer !== undefined) {
			this.#waiting.push(sentence);
			return;
		}
		this.said = sentence;
		this.#rest();
	}

	stop() {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#waiting = [];
	}

	#rest() {
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			if (this.#waiting.length === 0) return;
			this.said = this.#waiting.join(". ");
			this.#waiting = [];
			this.#rest();
		}, PAUSE_MS);
	}
}
