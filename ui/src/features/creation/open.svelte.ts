import type { ConversationChange, ConversationView, Moderator } from "../../lib/bindings";
import { readable } from "./end.svelte";
import { RulesDraft, trimmed, type Seated } from "./rules.svelte";

/** The rules of a conversation that is there already. */
export class OpenRules extends RulesDraft {
	/** As they were when somebody began to change them. */
	readonly #before: string[];

	constructor(readonly view: ConversationView) {
		super(view.end);
		const { policy, moderator, end, fallback, stall_after_s, summary } = view;
		this.policy = policy;
		if (moderator) this.moderator = moderator.by === "model" ? moderator : { by: "seat", key: moderator.participant };
		this.end.fill(end);
		this.fillFlow(fallback, stall_after_s, summary);
		this.#before = this.#all().map(told);
	}

	get seated(): Seated[] {
		return this.view.participants.map(({ id, name }) => ({ key: id, name }));
	}

	/** What is new about them; what nobody touched is not said, and stays as it is by then. */
	change(): ConversationChange {
		const isNew = (change: ConversationChange, place: number) => told(change) !== this.#before[place];
		return this.#all().filter(isNew).reduce<ConversationChange>((all, change) => ({ ...all, ...change }), {});
	}

	protected shows() {
		return false;
	}

	#all(): ConversationChange[] {
		const moderator = this.#moderator();
		return [
			// Zero takes the rule back.
			{ stall_after_s: readable(this.stallAfter) ?? 0 },
			{ end: this.end.rules() },
			{ fallback: this.fallback },
			{ summary: this.summary },
			{ policy: this.policy },
			this.policy === "moderator" && moderator ? { moderator } : {},
		];
	}

	#moderator(): Moderator | null {
		if (!this.moderator) return null;
		if (this.moderator.by === "seat") return { by: "participant", participant: this.moderator.key };
		const [model] = trimmed([this.moderator.model]);
		return model ? { by: "model", model } : null;
	}
}

const told = (change: ConversationChange) => JSON.stringify(change);
