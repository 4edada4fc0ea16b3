import type { Attempt, ConversationView, ModelRef, ParticipantId } from "../../lib/bindings";

/** What a conversation has come to so far, as far as it is known. */
export interface Figures {
	turns: number;
	fallbacks: number;
	/** Answers whose provider gave no numbers: a sum that hides them would lie. */
	uncounted: number;
}

export function figures(view: ConversationView): Figures {
	const sum: Figures = { turns: 0, fallbacks: 0, uncounted: 0 };
	const seen = new Set<string>();
	for (const message of view.messages) {
		if (message.turn === null || seen.has(message.turn)) continue;
		seen.add(message.turn);
		sum.turns++;
		addTo(sum, message.attempts);
	}
	for (const turn of view.turns ?? []) if (!seen.has(turn.id)) addTo(sum, turn.attempts);
	return sum;
}

function addTo(sum: Figures, attempts: Attempt[]) {
	if (isFallback(attempts)) sum.fallbacks++;
	for (const { usage, outcome } of attempts) {
		if (!usage && outcome?.outcome === "answered") sum.uncounted++;
	}
}

export const isSame = (one: ModelRef, other: ModelRef) => one.connection === other.connection && one.model === other.model;

const isFallback = (attempts: Attempt[]) => {
	const [first, last] = [attempts[0], attempts.at(-1)];
	return first !== undefined && last !== undefined && !isSame(first.model, last.model);
};

/** What became of a model on a participant's route, by the last turn that asked it. */
export type Standing = "in use" | "writing" | "asked" | "standby" | { failed: Extract<NonNullable<Attempt["outcome"]>, { outcome: "failed" }>; status: Attempt["status"] };

export function standing(view: ConversationView, participant: ParticipantId, model: ModelRef): Standing {
	const turn = view.turns?.find((one) => one.participant === participant) ?? null;
	const lastMessage = view.messages.findLast(({ author }) => author.kind === "participant" && author.participant === participant);
	const isWriting = lastMessage?.status === "streaming";
	const attempts = turn && turn.attempts.length > 0 ? turn.attempts : (lastMessage?.attempts ?? []);
	const attempt = attempts.findLast((attempt) => isSame(attempt.model, model));
	if (attempt === undefined) return "standby";
	if (attempt.outcome === null) return isWriting ? "writing" : "asked";
	switch (attempt.outcome.outcome) {
		case "answered":
			return "in use";
		case "failed":
			return { failed: attempt.outcome, status: attempt.status };
		case "cancelled":
		case "skipped":
			return "standby";
		default:
			return attempt.outcome satisfies never;
	}
}
