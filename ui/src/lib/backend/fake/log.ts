import type { ConversationView, Event, EventKind, FeedItem, Seq } from "../../bindings";
import { begin, reduce } from "../../state/reduce";
import { Tree } from "../../state/tree";

type Listener = (items: FeedItem[]) => void;

/** A log of events in memory with its readers, and the views that follow from it. */
export class FakeLog {
	events: Event[] = [];
	views = new Map<string, ConversationView>();
	#trees = new Map<string, Tree>();
	#listeners = new Set<Listener>();
	#ids = 0;

	id(kind: string): string {
		return `${kind}-${++this.#ids}`;
	}

	get seq(): Seq {
		return this.events.length;
	}

	record(topic: string, at: number, ...kinds: EventKind[]): Event[] {
		const recorded = kinds.map((kind, place) => {
			const event: Event = { seq: this.seq + 1 + place, topic, ts: new Date(at).toISOString(), ...kind };
			return event;
		});
		for (const event of recorded) {
			this.events.push(event);
			const view = this.views.get(topic);
			if (view) this.views.set(topic, reduce(view, event, this.tree(topic)));
			else if (event.event === "conversation.created") this.views.set(topic, begin(event));
		}
		this.publish(recorded.map((event) => ({ type: "event", ...event })));
		return recorded;
	}

	/** What was said on the branches that are not in the view. */
	tree(topic: string): Tree {
		const known = this.#trees.get(topic) ?? new Tree();
		this.#trees.set(topic, known);
		return known;
	}

	publish(items: FeedItem[]) {
		for (const listener of this.#listeners) listener(items);
	}

	/** What the listener missed, all words so far, and then what comes. */
	listen(after: Seq | null, listener: Listener, unfinished: FeedItem[]): () => void {
		const missed = after === null ? [] : this.events.filter((event) => event.seq > after);
		const items: FeedItem[] = [...missed.map((event): FeedItem => ({ type: "event", ...event })), ...unfinished];
		if (items.length > 0) listener(items);
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}
