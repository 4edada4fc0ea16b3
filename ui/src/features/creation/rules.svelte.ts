import type { AfterCut, BadCertificate, EndRules, FallbackRules, ModelRef, Policy, Refusals, SummaryRules, Unanswered } from "../../lib/bindings";
import { sentence, toFailure, type Failure } from "../../lib/errors";
import { EndDraft } from "./end.svelte";

/** Who is asked for the next speaker: whoever sits on the seat of this key, or a model beside the table. */
export type Moderating = { by: "seat"; key: string } | { by: "model"; model: ModelRef };

/** Somebody at the table, as the rules speak of them. */
export interface Seated {
	key: string;
	name: string;
}

const shownRules = [
	...["moderator", "fallback.after_cut", "fallback.refusals", "fallback.bad_certificate", "fallback.unanswered", "stall_after_s", "summary.route"],
	...["turns", "turns_per_participant", "turns_without_user", "minutes", "tokens", "money", "unpriced", "phrase"].map((rule) => `end.${rule}`),
];

const isAt = (failed: string, field: string) => failed === field || failed.startsWith(`${field}.`) || failed.startsWith(`${field}[`);

/** By which rules they talk, as they are typed in. What is wrong with them is for Rust to say. */
export abstract class RulesDraft {
	policy = $state<Policy>("balanced");
	moderator = $state.raw<Moderating | null>(null);
	readonly end: EndDraft;
	afterCut = $state<AfterCut>("auto");
	refusals = $state<Refusals>("leave");
	badCertificate = $state<BadCertificate>("stop");
	unanswered = $state<Unanswered>("wait");
	/** Seconds without a new word after which a speaker is passed over. */
	stallAfter = $state<number | null>(null);
	/** Whether what no longer fits is summed up, and by which models; by the next speaker's own when there are none. */
	sumsUp = $state(false);
	summaryRoute = $state.raw<ModelRef[]>([]);
	failure = $state.raw<Failure>();
	isBusy = $state(false);
	/** Whether those of the rules are seen that few people change. */
	isUnfolded = $state(false);

	/** `end` is what ends it unless somebody says more. */
	constructor(end: EndRules) {
		this.end = new EndDraft(end);
	}

	/** Who sits at the table: each of them can moderate, or say the phrase. */
	abstract get seated(): Seated[];

	/** Whether this field, which is none of the rules, is there to say what is wrong with it. */
	protected abstract shows(field: string): boolean;

	/** What is wrong at this place. A failure of a field in it counts for the whole: `participants[1].route[0].model`. */
	errorAt(field: string): string | undefined {
		const failed = this.failure?.field;
		return failed != null && isAt(failed, field) ? this.failure?.message : undefined;
	}

	/** What no field shows is said above the buttons. */
	get general(): string | undefined {
		if (!this.failure) return undefined;
		const failed = this.failure.field;
		const isShown = failed !== null && (this.shows(failed) || shownRules.some((field) => isAt(failed, field)));
		return isShown ? undefined : sentence(this.failure.message);
	}

	/** Hands it over. True when it was taken; otherwise what is wrong stands at its field. */
	async submit(give: () => Promise<unknown>): Promise<boolean> {
		if (this.isBusy) return false;
		this.isBusy = true;
		this.failure = undefined;
		try {
			await give();
			return true;
		} catch (thrown) {
			this.failure = toFailure(thrown);
			if (/^(end|fallback|stall_after_s)\b/.test(this.failure.field ?? "")) this.isUnfolded = true;
			return false;
		} finally {
			this.isBusy = false;
		}
	}

	protected fillFlow(fallback: FallbackRules | undefined, stallAfter: number | null | undefined, summary: SummaryRules | undefined) {
		this.afterCut = fallback?.after_cut ?? "auto";
		this.refusals = fallback?.refusals ?? "leave";
		this.badCertificate = fallback?.bad_certificate ?? "stop";
		this.unanswered = fallback?.unanswered ?? "wait";
		this.stallAfter = stallAfter ?? null;
		this.sumsUp = summary?.on ?? false;
		this.summaryRoute = summary?.route ?? [];
	}

	protected get fallback(): FallbackRules {
		return { after_cut: this.afterCut, refusals: this.refusals, bad_certificate: this.badCertificate, unanswered: this.unanswered };
	}

	protected get summary(): SummaryRules {
		return { on: this.sumsUp, route: trimmed(this.summaryRoute) };
	}
}

/** Names of models are typed in. */
export const trimmed = (route: ModelRef[]): ModelRef[] => route.map(({ connection, model }) => ({ connection, model: model.trim() }));
