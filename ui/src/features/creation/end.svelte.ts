import type { EndRules, Unpriced } from "../../lib/bindings";
import { toDollars, toMoney } from "../../lib/money";

/** The greatest number that Rust can read here. */
const MOST = 2 ** 32 - 1;

/** When a conversation ends by itself, as it is typed in. An empty field is no rule. */
export class EndDraft {
	turns = $state<number | null>(null);
	turnsPerParticipant = $state<number | null>(null);
	turnsWithoutUser = $state<number | null>(null);
	minutes = $state<number | null>(null);
	tokens = $state<number | null>(null);
	dollars = $state<number | null>(null);
	phrase = $state("");
	/** Whose word counts, by name; anybody's when nobody is named. */
	phraseBy = $state.raw<string[]>([]);
	loops = $state(true);
	#unpriced = $state<Unpriced | null>(null);

	/** With the rules of a conversation of which nobody says more. */
	constructor(readonly start: EndRules) {
		this.fill(start);
		this.#unpriced = null;
	}

	/** What becomes of models without a known price. Our own limit shuts none of them out; who sets another means it. */
	get unpriced(): Unpriced {
		const isOurs = this.#money() === (this.start.money ?? null);
		return this.#unpriced ?? (isOurs ? (this.start.unpriced ?? "refuse") : "refuse");
	}

	set unpriced(unpriced: Unpriced) {
		this.#unpriced = unpriced;
	}

	fill(rules: EndRules) {
		this.turns = rules.turns ?? null;
		this.turnsPerParticipant = rules.turns_per_participant ?? null;
		this.turnsWithoutUser = rules.turns_without_user ?? null;
		this.minutes = rules.minutes ?? null;
		this.tokens = rules.tokens ?? null;
		this.dollars = rules.money == null ? null : toDollars(rules.money);
		this.#unpriced = rules.unpriced ?? "refuse";
		this.phrase = rules.phrase?.text ?? "";
		this.phraseBy = rules.phrase?.by ?? [];
		this.loops = rules.loops ?? false;
	}

	rules(): EndRules {
		return {
			turns: readable(this.turns),
			turns_per_participant: readable(this.turnsPerParticipant),
			turns_without_user: readable(this.turnsWithoutUser),
			minutes: readable(this.minutes),
			tokens: readable(this.tokens),
			money: this.#money(),
			unpriced: this.unpriced,
			phrase: this.phrase.trim() ? { text: this.phrase.trim(), by: this.phraseBy } : null,
			loops: this.loops,
		};
	}

	#money() {
		return this.dollars === null ? null : toMoney(Math.max(0, this.dollars));
	}
}

/** What is no such number at all is for Rust to refuse: it gets the nearest that it can read. */
export const readable = (typed: number | null) => (typed === null ? null : Math.min(Math.max(Math.trunc(typed), 0), MOST));
