import type { Attempt, ConversationView, Event, Money, Part, Spent, TurnId, Usage } from "../bindings";
import { held } from "./held";
import { turnsOf } from "./turns";
import { scalars } from "./words.svelte";

type Of<E extends Event["event"]> = Extract<Event, { event: E }>;

/** One more call: for the words of a turn, or before it to find who takes it or to sum up what was said. */
export function asked(view: ConversationView, event: Of<"attempt.started">): Partial<ConversationView> {
	const { attempt: id, turn, number, model, retry = 0, purpose = "speak", reserved = null } = event.data;
	const nothing = { answered_by: null, outcome: null, timings: {}, usage: null, cost: null, from_char: null, raw: null, status: null, request_id: null };
	const begun: Attempt = { id, turn, number, model, retry, purpose, reserved, started_at: event.ts, ...nothing };
	if (purpose !== "speak") return { asides: [...(view.asides ?? []), begun] };
	return attemptsOf(view, turn, (attempts) => [...attempts, begun]);
}

/** Its question waits in line for other calls to end, or goes out after that. */
export function queued(view: ConversationView, { data: { attempt: id, turn } }: Of<"attempt.queued" | "attempt.admitted">, isQueued: boolean): Partial<ConversationView> {
	return changed(view, { attempt: id, turn }, { queued: isQueued });
}

/** How many characters of thoughts it has shown; none yet, as long as it thinks. */
export function thinks(view: ConversationView, event: Of<"attempt.thinking" | "attempt.thought">): Partial<ConversationView> {
	return changed(view, event.data, { thought_chars: event.event === "attempt.thought" ? scalars(event.data.thoughts) : 0 });
}

/** One attempt is not as before, for the words of a turn or aside. */
function changed(view: ConversationView, { attempt: id, turn }: { attempt: string; turn: TurnId }, change: Partial<Attempt>): Partial<ConversationView> {
	const stand = (attempts: Attempt[]) => attempts.map((attempt) => (attempt.id === id ? { ...attempt, ...change } : attempt));
	return { ...attemptsOf(view, turn, stand), ...asidesOf(view, stand) };
}

export function answered(view: ConversationView, event: Of<"attempt.ended">): Partial<ConversationView> {
	const { attempt: id, turn, outcome, answered_by, timings, usage, cost = null, raw = null, repairs = [], status = null, request_id = null } = event.data;
	const repaired = repairs.length > 0 ? { repairs } : {};
	const ended = { outcome, answered_by, timings, usage, cost, raw, status, request_id, queued: false, ...repaired };
	const end = (attempts: Attempt[]) => attempts.map((attempt) => (attempt.id === id ? { ...attempt, ...ended } : attempt));
	return { ...attemptsOf(view, turn, end), ...asidesOf(view, end), spent: count(view.spent, usage, cost), held: held(view, event) };
}

/** From this character on the message is another attempt's; whose words stood there has none in it any more. */
export function takenOver(view: ConversationView, { data: { turn, attempt: id, from_char } }: Of<"message.taken_over">): Partial<ConversationView> {
	const struck = (attempt: Attempt) => (attempt.from_char != null && attempt.from_char >= from_char ? { ...attempt, from_char: null } : attempt);
	return attemptsOf(view, turn, (attempts) => attempts.map((attempt) => (attempt.id === id ? { ...attempt, from_char } : struck(attempt))));
}

/** Who wrote what of a text, told by where the words of each attempt begin. */
export function partsOf(attempts: Attempt[], text: string): Part[] {
	const end = scalars(text);
	const speaking = attempts.flatMap(({ id, model, from_char }) => (from_char == null ? [] : [{ attempt: id, model, from_char }]));
	return speaking
		.map((part, place) => ({ ...part, to_char: Math.min(speaking[place + 1]?.from_char ?? end, end) }))
		.filter(({ from_char, to_char }) => from_char < to_char);
}

export function attemptsOf(view: ConversationView, id: TurnId, change: (attempts: Attempt[]) => Attempt[]): Partial<ConversationView> {
	const turns = (view.turns ?? []).map((turn) => (turn.id === id ? { ...turn, attempts: change(turn.attempts) } : turn));
	const isTold = view.messages.some((message) => message.turn === id);
	const messages = isTold
		? view.messages.map((message) =>
				message.turn === id && message.author.kind === "participant" ? { ...message, attempts: change(message.attempts) } : message,
			)
		: view.messages;
	return { ...turnsOf(turns, view.state), messages };
}

const asidesOf = ({ asides = [] }: ConversationView, change: (attempts: Attempt[]) => Attempt[]) => (asides.length > 0 ? { asides: change(asides) } : {});

/** What calls have come to, with one more that has ended. */
function count(spent: Spent, usage: Usage | null, cost: Money | null): Spent {
	return {
		attempts: spent.attempts + 1,
		input_tokens: spent.input_tokens + (usage?.input_tokens ?? 0),
		output_tokens: spent.output_tokens + (usage?.output_tokens ?? 0),
		cached_tokens: spent.cached_tokens + (usage?.cached_tokens ?? 0),
		reasoning_tokens: spent.reasoning_tokens + (usage?.reasoning_tokens ?? 0),
		cost: {
			known: spent.cost.known + (cost ?? 0),
			unpriced_attempts: spent.cost.unpriced_attempts + (cost === null ? 1 : 0),
			estimated: spent.cost.estimated || (usage?.estimated ?? false),
		},
	};
}
