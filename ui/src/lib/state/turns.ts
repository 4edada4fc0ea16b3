import type { Attempt, ConversationView, Event, Message, TurnView } from "../bindings";

type Of<E extends Event["event"]> = Extract<Event, { event: E }>;

/** The turns that no message tells of yet, and the first of them for whoever looks at one. */
export const turnsOf = (turns: TurnView[]): Pick<ConversationView, "turn" | "turns"> => ({ turns, turn: turns[0] ?? null });

/** A turn more; those of an earlier round that nobody answered for are done with. */
export function begun(view: ConversationView, event: Of<"turn.started">, asides: Attempt[]): Partial<ConversationView> {
	const { turn: id, participant, number, choice, round = null } = event.data;
	const turn: TurnView = { id, participant, number, choice, attempts: [], asides, round, outcome: null };
	const others = (view.turns ?? []).filter((other) => round !== null && other.round === round);
	return turnsOf([...others, turn]);
}

/** An open turn goes with the end of the talk; a failed one waits as long as the talk does, or stands in its round. */
export function standingIn(view: ConversationView, state: ConversationView["state"]): TurnView[] {
	return (view.turns ?? []).filter(({ outcome, round }) => (outcome == null ? state !== "completed" : round != null || state === "needs_attention"));
}

/** A turn is through. A failed one waits for attention; one of a round stays to be seen beside the answers. */
export function ended(view: ConversationView, event: Of<"turn.ended">): Partial<ConversationView> {
	const { turn: id, outcome } = event.data;
	const turns = view.turns ?? [];
	const turn = turns.find((one) => one.id === id);
	if (!turn) return {};
	const stays = outcome === "failed" || (outcome === "stalled" && turn.round != null);
	return turnsOf(stays ? turns.map((one) => (one === turn ? { ...one, outcome } : one)) : turns.filter((one) => one !== turn));
}

/** What the user said while a round was open stands behind it. */
export function moved(view: ConversationView, { data: { message: id, parent, head } }: Of<"message.moved">): Partial<ConversationView> {
	const from = view.messages.findIndex((message) => message.id === id);
	const to = view.messages.findIndex((message) => message.id === head);
	if (from < 0 || to < from) return {};
	const block = view.messages.slice(from, to + 1).map((message) => (message.id === id ? { ...message, parent } : message));
	const rest = view.messages.toSpliced(from, block.length);
	const place = rest.findIndex((message) => message.id === parent) + 1;
	const messages = rest.toSpliced(place, 0, ...block);
	return { messages, branches: view.branches.map((branch) => (branch.current ? { ...branch, head: messages.at(-1)?.id ?? null } : branch)) };
}

/** What a model really wrote in a round, told when it is over. */
export const revealed = (event: Of<"attempt.revealed">) => (attempts: Attempt[]) =>
	attempts.map((attempt) => (attempt.id === event.data.attempt ? { ...attempt, raw: event.data.raw } : attempt));

/** The words of this attempt begin its turn's message; those of the newest, if none is named. */
export const beginsWith = (id: string | null | undefined) => (attempts: Attempt[]) => {
	const place = id == null ? attempts.length - 1 : attempts.findIndex((attempt) => attempt.id === id);
	return attempts.map((attempt, at) => (at === place ? { ...attempt, from_char: 0 } : attempt));
};

/** Messages that were said at once, by the place of the first. */
export function isOfRoundBefore(messages: Message[], place: number): boolean {
	const round = messages[place]?.round;
	return round != null && messages[place - 1]?.round === round;
}
