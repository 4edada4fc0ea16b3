import type { ConversationView, Message, Summary, TurnView } from "../../lib/bindings";
import { areAtOnce } from "../../lib/state/turns";
import { isSameDay } from "../../lib/time";

/** One row of the transcript. Its key stays when a chosen speaker begins to write: the row grows, it does not jump. */
export type Row =
	| { kind: "opening"; key: string }
	| { kind: "message"; key: string; message: Message; place: number; newDay: string | null }
	| { kind: "summary"; key: string; summary: Summary }
	| { kind: "passed"; key: string; turn: TurnView }
	| { kind: "round"; key: string; turns: TurnView[] }
	| { kind: "pending"; key: string; turn: TurnView }
	| { kind: "closing"; key: string };

export function toRows(view: ConversationView, open: TurnView[]): Row[] {
	const rows: Row[] = [{ kind: "opening", key: "opening" }];
	const turns = new Set<string>();
	let before = view.created_at;
	const places = new Set((view.passed_over ?? []).map(({ after }) => after ?? null));
	const pass = (place: string | null) => {
		if (!places.has(place)) return;
		for (const turn of view.passed_over ?? []) if ((turn.after ?? null) === place) rows.push({ kind: "passed", key: turn.id, turn });
	};
	pass(null);
	for (const [index, message] of view.messages.entries()) {
		const isFirstOfTurn = message.turn !== null && !turns.has(message.turn);
		if (message.turn !== null) turns.add(message.turn);
		const newDay = isSameDay(before, message.started_at) ? null : message.started_at;
		before = message.started_at;
		const key = isFirstOfTurn && message.turn !== null ? message.turn : message.id;
		rows.push({ kind: "message", key, message, place: index + 1, newDay });
		for (const summary of view.summaries ?? []) if (summary.through === message.id) rows.push({ kind: "summary", key: summary.id, summary });
		pass(message.id);
	}
	const untold = open.filter(({ id }) => !turns.has(id));
	const [turn] = untold;
	// One that is left of a round still stands in its row: who falls out moves nobody.
	if (turn?.round != null && areAtOnce(untold)) rows.push({ kind: "round", key: roundKey(turn.round), turns: untold });
	else for (const turn of untold) if (turn.outcome == null) rows.push({ kind: "pending", key: turn.id, turn });
	if (view.state === "completed" || view.state === "paused") rows.push({ kind: "closing", key: "closing" });
	return rows;
}

function roundOf(row: Row): string | null {
	const round = row.kind === "message" ? row.message.round : row.kind === "passed" ? row.turn.round : null;
	return round == null ? null : roundKey(round);
}

const ROUND = "round:";
const roundKey = (round: string) => `${ROUND}${round}`;

/** Where the answers of a round begin whose row was there before and is not any more. */
export function revealedAt(before: string[], rows: Row[]): number | null {
	const round = before.find((key) => key.startsWith(ROUND) && !rows.some((row) => row.key === key));
	const at = rows.findIndex((row) => round !== undefined && roundOf(row) === round);
	return at < 0 ? null : at;
}
