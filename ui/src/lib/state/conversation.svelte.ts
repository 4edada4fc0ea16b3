import { SvelteMap } from "svelte/reactivity";
import type {
	ConversationView,
	Delta,
	Event,
	FeedItem,
	Message,
	MessageId,
	Participant,
	ParticipantId,
} from "../bindings";
import { USER_HUE } from "../hue";
import { reduce } from "./reduce";
import { Tree } from "./tree";
import { LiveWords } from "./words.svelte";

export interface Speaker {
	name: string;
	hue: number;
}

export interface Hooks {
	/** Words are missing. */
	onGap?: () => void;
	/** The shape of the tree has changed. */
	onShape?: () => void;
}

export const USER: Speaker = { name: "You", hue: USER_HUE };

/** One conversation as it is on the screen: the view that was fetched, moved on by the feed. */
export class ConversationState {
	#view = $state.raw<ConversationView>();
	#live = new SvelteMap<MessageId, LiveWords>();
	#tree = new Tree();
	/** What the feed said since a view was asked for. */
	#early: FeedItem[] | undefined = [];

	constructor(
		readonly id: string,
		readonly hooks: Hooks = {},
		readonly now: () => number = Date.now,
	) {}

	/** The fetched view; what came meanwhile is applied after it, and what it already holds is not applied twice. */
	open(view: ConversationView) {
		const early = this.#early ?? [];
		this.#early = undefined;
		this.#view = view;
		for (const message of view.messages) {
			if (message.status === "streaming") this.#wordsOf(message).catchUp(message.text, this.now());
		}
		for (const item of early) this.apply(item);
	}

	/** Whether the shape has changed since a view was last asked for. */
	isOutdated = false;

	/**
	 * A view is asked for once more: what is heard until it comes is applied to it, too. False when one is on its way
	 * already.
	 */
	expect(): boolean {
		this.isOutdated = this.#early !== undefined;
		this.#early ??= [];
		return !this.isOutdated;
	}

	/** The view that was asked for does not come. */
	giveUp() {
		this.#early = undefined;
	}

	apply(item: FeedItem) {
		this.#early?.push(item);
		if (!this.#view) return;
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

	/** All of them, where several speak at once: with those of the round that are through without a word. */
	readonly turns = $derived.by(() => {
		const view = this.#view;
		const turns = view?.state === "running" || view?.state === "paused" ? (view.turns ?? []) : [];
		return turns.some(({ outcome }) => outcome == null) ? turns : [];
	});

	/** The turn under way: somebody has been chosen and has not finished. */
	readonly turn = $derived.by(() => this.turns.find(({ outcome }) => outcome == null) ?? null);

	/** A call under way that is not for the words of a turn: who should take the next one, or a summary. */
	readonly aside = $derived.by(() => this.#view?.asides?.findLast(({ outcome }) => outcome == null));

	/** In the trash: until it is restored nothing can be done with it but to read it. */
	readonly isReadOnly = $derived(this.#view?.trashed ?? false);

	/** The message that is being written. */
	readonly writing = $derived(this.#view?.messages.findLast((message) => message.status === "streaming"));

	/** Also one who has left. */
	participant(id: ParticipantId): Participant | undefined {
		const isIt = (participant: Participant) => participant.id === id;
		return this.#view?.participants.find(isIt) ?? this.#view?.left?.find(isIt);
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

	#applyEvent(view: ConversationView, event: Event) {
		if (event.seq <= view.seq) return;
		this.#view = reduce(view, event, this.#tree);
		switch (event.event) {
			case "branch.created":
			case "branch.switched":
			case "branch.removed":
				// What stands on other branches was perhaps never seen here.
				this.hooks.onShape?.();
				break;
			case "message.started":
				this.#live.set(event.data.message, new LiveWords(""));
				break;
			case "message.taken_over":
				this.#live.get(event.data.message)?.cut(event.data.from_char);
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
		if (this.#wordsOf(message).hear(delta, this.now()) === "gap") this.hooks.onGap?.();
	}

	#wordsOf(message: Message): LiveWords {
		const known = this.#live.get(message.id);
		if (known) return known;
		const words = new LiveWords(message.text);
		this.#live.set(message.id, words);
		return words;
	}
}
