import { SvelteMap } from "svelte/reactivity";
import type {
	Choice,
	ConversationView,
	Delta,
	Event,
	FeedItem,
	Message,
	MessageId,
	Participant,
	ParticipantId,
	TurnId,
} from "../bindings";
import { USER_HUE } from "../hue";
import { reduce } from "./reduce";
import { LiveWords } from "./words.svelte";

export interface Speaker {
	name: string;
	hue: number;
}

export const USER: Speaker = { name: "You", hue: USER_HUE };

/** One conversation as it is on the screen: the view that was fetched, moved on by the feed. */
export class ConversationState {
	#view = $state.raw<ConversationView>();
	#live = new SvelteMap<MessageId, LiveWords>();
	#choices = new SvelteMap<TurnId, Choice>();
	/** What the feed said before the view was here. */
	#early: FeedItem[] = [];

	constructor(
		readonly id: string,
		readonly onGap: () => void = () => {},
		readonly now: () => number = Date.now,
	) {}

	/** The fetched view; what came meanwhile is applied after it, and what it already holds is not applied twice. */
	open(view: ConversationView) {
		const early = this.#early;
		this.#early = [];
		this.#view = view;
		if (view.turn) this.#choices.set(view.turn.id, view.turn.choice);
		for (const message of view.messages) {
			if (message.status === "streaming") this.#wordsOf(message).catchUp(message.text, this.now());
		}
		for (const item of early) this.apply(item);
	}

	apply(item: FeedItem) {
		if (!this.#view) {
			this.#early.push(item);
			return;
		}
		switch (item.type) {
			case "event":
				return this.#applyEvent(this.#view, item);
			case "delta":
				return this.#hear(item);
			case "snapshot":
				return this.#live.get(item.message)?.catchUp(item.text, this.now());
			default:
				item satisfies never;
		}
	}

	get view() {
		return this.#view;
	}

	get isOpen() {
		return this.#view !== undefined;
	}

	/** The turn under way: somebody has been chosen and has not finished. */
	readonly turn = $derived.by(() => {
		const view = this.#view;
		return view?.state === "running" || view?.state === "paused" ? view.turn : null;
	});

	/** The message that is being written. */
	readonly writing = $derived(this.#view?.messages.findLast((message) => message.status === "streaming"));

	participant(id: ParticipantId): Participant | undefined {
		return this.#view?.participants.find((participant) => participant.id === id);
	}

	speaker(message: Message): Speaker {
		if (message.author.kind === "user") return USER;
		return this.participant(message.author.participant) ?? { name: "Somebody who left", hue: 0 };
	}

	/** The words of a message, as far as they have come. */
	text(message: Message): string {
		return message.status === "streaming" ? (this.#live.get(message.id)?.text ?? message.text) : message.text;
	}

	words(message: Message): LiveWords | undefined {
		return this.#live.get(message.id);
	}

	/** Why this speaker was chosen, for turns whose choice was seen. */
	choice(turn: TurnId | null): Choice | undefined {
		return turn === null ? undefined : this.#choices.get(turn);
	}

	#applyEvent(view: ConversationView, event: Event) {
		if (event.seq <= view.seq) return;
		this.#view = reduce(view, event);
		switch (event.event) {
			case "turn.started":
				this.#choices.set(event.data.turn, event.data.choice);
				break;
			case "message.started":
				this.#live.set(event.data.message, new LiveWords(""));
				break;
			case "message.completed":
			case "message.interrupted":
				this.#live.delete(event.data.message);
				break;
		}
	}

	#hear(delta: Delta) {
		const message = this.#view?.messages.findLast((message) => message.id === delta.message);
		// Words of a message that has ended are in its text already.
		if (message?.status !== "streaming") return;
		if (this.#wordsOf(message).hear(delta, this.now()) === "gap") this.onGap();
	}

	#wordsOf(message: Message): LiveWords {
		const known = this.#live.get(message.id);
		if (known) return known;
		const words = new LiveWords(message.text);
		this.#live.set(message.id, words);
		return words;
	}
}
