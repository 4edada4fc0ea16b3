import type { Message, MessageId, ParticipantId, Summary, SummaryId, TurnId, TurnView } from "../bindings";

/** The messages of one conversation that were seen, on whatever branch they are. */
export class Tree {
	#messages = new Map<MessageId, Message>();
	/** What sums up older parts of the talk, on whatever branch. */
	readonly summaries = new Map<SummaryId, Summary>();
	/** Turns that nobody answered for and without which it went on, on whatever branch. */
	readonly passedOver = new Map<TurnId, TurnView>();
	/** Turns that said anew what stands on another branch, or tried to. */
	readonly alternatives = new Set<TurnId>();
	/** The newest turn of each participant. */
	readonly lastTurns = new Map<ParticipantId, TurnId>();
	#after = new Map<MessageId | null, MessageId[]>();

	/** What is on the screen, before something else takes its place there. */
	keep(messages: Message[]) {
		for (const message of messages) {
			this.#messages.set(message.id, message);
			const siblings = this.#after.get(message.parent) ?? [];
			const known = new Set(siblings);
			const all = message.alternatives.length > 0 ? [...message.alternatives, ...siblings.filter((id) => !message.alternatives.includes(id))] : siblings;
			this.#after.set(message.parent, known.has(message.id) || all.includes(message.id) ? all : [...all, message.id]);
		}
	}

	/** It stands after another now, and beside nothing. */
	move(id: MessageId, parent: MessageId) {
		const message = this.#messages.get(id);
		if (!message) return;
		const left = (this.#after.get(message.parent) ?? []).filter((other) => other !== id);
		this.#after.set(message.parent, left);
		this.keep([{ ...message, parent, alternatives: [] }]);
	}

	/** From the first message to this one, as far as all of them were seen. */
	path(head: MessageId | null): Message[] | undefined {
		const path: Message[] = [];
		for (let id = head; id !== null; ) {
			const message = this.#messages.get(id);
			if (!message) return undefined;
			path.push({ ...message, alternatives: this.beside(message.parent, message.id) });
			id = message.parent;
		}
		return path.reverse();
	}

	/** All that stand at the place of this message, itself included; none when it is alone there. */
	beside(parent: MessageId | null, id: MessageId): MessageId[] {
		const siblings = this.#after.get(parent) ?? [];
		const all = siblings.includes(id) ? siblings : [...siblings, id];
		return all.length > 1 ? all : [];
	}
}
