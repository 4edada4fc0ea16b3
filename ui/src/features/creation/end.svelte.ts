import type { EndRules, Unpriced } from "../../lib/bindings";
import { toDollars, toMoney } from "../../lib/money";

const DEFAULT_TURNS = 20;

/** When a new conversation ends by itself, as it is typed in. An empty field is no rule. */
export class EndDraft {
	turns = $state<number | null>(DEFAULT_TURNS);
	turnsPerParticipant = $state<number | null>(null);
	turnsWithoutUser = $state<number | null>(null);
	minutes = $state<number | null>(null);
	tokens = $state<number | null>(null);
	dollars = $state<number | null>(null);
	unpriced = $state<Unpriced>("refuse");
	phrase = $state("");
	loops = $state(true);
	/** Whose word counts, where a cast says so. */
	#phraseBy: string[] = [];

	fill(rules: EndRules) {
		this.turns = rules.turns ?? null;
		this.turnsPerParticipant = rules.turns_per_participant ?? null;
		this.turnsWithoutUser = rules.turns_without_user ?? null;
		this.minutes = rules.minutes ?? null;
		this.tokens = rules.tokens ?? null;
		this.dollars = rules.money == null ? null : toDollars(rules.money);
		this.unpriced = rules.unpriced ?? "refuse";
		this.phrase = rules.phrase?.text ?? "";
		this.#phraseBy = rules.phrase?.by ?? [];
		this.loops = rules.loops ?? false;
	}

	rules(): EndRules {
		return {
			turns: this.turns,
			turns_per_participant: this.turnsPerParticipant,
			turns_without_user: this.turnsWithoutUser,
			minutes: this.minutes,
			tokens: this.tokens,
			money: this.dollars === null ? null : toMoney(this.dollars),
			unpriced: this.unpriced,
			phrase: this.phrase.trim() ? { text: this.phrase.trim(), by: this.#phraseBy } : null,
			loops: this.loops,
		};
	}
}
