import type { Backend } from "../backend/backend";
import type { FeedItem, Seq } from "../bindings";

/** Asking again more often than this would not bring the words sooner. */
const RESYNC_MS = 500;

/** The feed as this window hears it: every event once and in order, words as they come. */
export class Feed {
	/** The last event that was heard. */
	seq: Seq | null = null;
	isConnected = $state(false);
	#leave: (() => void) | undefined;
	#lastResync = Number.NEGATIVE_INFINITY;
	/** A gap that was asked about and is there all the same: numbers need not be without one. */
	#accepted: Seq | null = null;

	constructor(
		readonly backend: Pick<Backend, "subscribe">,
		readonly deliver: (item: FeedItem) => void,
		readonly now: () => number = () => performance.now(),
	) {}

	/** From the last event heard; from now on, the first time. */
	async connect() {
		const previous = this.#leave;
		this.#leave = await this.backend.subscribe(this.seq, (items) => this.#hear(items));
		previous?.();
		this.isConnected = true;
	}

	/** Words are missing: a reader that joins again is told all words so far. */
	async resync() {
		if (this.now() - this.#lastResync < RESYNC_MS) return;
		this.#lastResync = this.now();
		await this.connect();
	}

	leave() {
		this.#leave?.();
		this.#leave = undefined;
		this.isConnected = false;
	}

	#hear(items: FeedItem[]) {
		for (const item of items) {
			if (item.type === "event") {
				if (this.seq !== null && item.seq <= this.seq) continue;
				if (this.seq !== null && item.seq > this.seq + 1 && this.#accepted !== this.seq) {
					// Events are missing: they are asked for again, and this one with them.
					this.#accepted = this.seq;
					void this.connect().catch(() => {});
					return;
				}
				this.seq = item.seq;
			}
			this.deliver(item);
		}
	}
}
