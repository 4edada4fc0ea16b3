import type { Attempt, ConversationView, Event, Message, RoundId, TurnView } from "../bindings";
import type { Tree } from "./tree";

type Of<E extends Event["event"]> = Extract<Event, { event: E }>;
type Turns = Pick<ConversationView, "turn" | "turns">;

/** The turns that no message tells of yet, and the first that is under way or waits for a person. */
export const turnsOf = (turns: TurnView[], state: ConversationView["state"]): Turns => ({
	turns,
	turn: turns.find(({ outcome }) => outcome == null || state === "needs_attention") ?? null,
});

/** A turn more; those of an earlier round that nobody answered for are done with. */
export function begun(view: ConversationView, event: Of<"turn.started">, tree: Tree): Partial<ConversationView> {
	const { turn: id, participant, number, choice, round = null } = event.data;
	const after = view.messages.at(-1)?.id ?? null;
	const turn: TurnView = { id, participant, number, choice, attempts: [], asides: (view.asides ?? []).filter((aside) => aside.turn === id), round, after, outcome: null };
	const before = tree.lastTurns.get(participant);
	if (isSaidAnew(view, turn) || (choice.reason === "retried" && before !== undefined && tree.alternatives.has(before))) tree.alternatives.add(id);
	const isOfRound = round !== null && !tree.alternatives.has(id);
	const { turns = [], passed_over } = through(view, ({ id: other, round: its }) => isOfRound && its === round && !tree.alternatives.has(other), tree);
	tree.lastTurns.set(participant, id);
	// Who is tried again was not passed over.
	const tried = choice.reason === "retried" ? passed_over.findLast((one) => one.participant === participant && (before === undefined || one.id === before)) : undefined;
	if (tried) tree.passedOver.delete(tried.id);
	return { ...turnsOf([...turns, turn], view.state), asides: [], passed_over: tried ? passed_over.filter((one) => one !== tried) : passed_over };
}

/** An open turn goes with the end of the talk; a failed one waits as long as the talk does, or stands in its open round. */
export function standingIn(view: ConversationView, state: ConversationView["state"], tree: Tree): Partial<ConversationView> {
	const isOfOpenRound = ({ round }: TurnView) => round != null && round === openRound(view.turns ?? [], tree);
	const stays = (turn: TurnView) => turn.outcome == null || isOfOpenRound(turn) || (turn.outcome === "failed" && state === "needs_attention");
	return through({ ...view, state }, (turn) => state !== "completed" && stays(turn), tree);
}

/** What was said at once stands in the talk now. If nothing was, what comes next tells whether a failed one waits. */
export function roundEnded(view: ConversationView, event: Of<"round.ended">, tree: Tree): Partial<ConversationView> {
	const { round } = event.data;
	const wasHeard = view.messages.some((message) => message.round === round);
	return through(view, (turn) => turn.round !== round || (!wasHeard && turn.outcome !== "cancelled"), tree);
}

/** A turn is through. A failed one waits for attention; one of a round stays to be seen beside the answers. */
export function ended(view: ConversationView, event: Of<"turn.ended">, tree: Tree): Partial<ConversationView> {
	const { turn: id, outcome } = event.data;
	const isWithWords = outcome === "completed" || outcome === "interrupted";
	const turns = (view.turns ?? []).map((one) => (one.id === id ? { ...one, outcome } : one));
	const isOfRound = ({ id, round }: TurnView) => round != null && !tree.alternatives.has(id);
	return through({ ...view, turns }, (one) => one.id !== id || outcome === "failed" || (!isWithWords && isOfRound(one)), tree);
}

/** The round whose members still speak. An alternative bears the round of what it replaces, and speaks alone. */
function openRound(turns: TurnView[], tree: Tree): RoundId | null {
	return turns.find(({ id, outcome, round }) => outcome == null && round != null && !tree.alternatives.has(id))?.round ?? null;
}

/** Whether these speak at once. Members of a round stay beside each other to its end; who is alone is tried again alone. */
export function areAtOnce([turn, ...others]: TurnView[]): boolean {
	if (turn?.round == null || turn.choice.reason === "regenerated") return false;
	return others.length > 0 || turn.choice.reason !== "retried";
}

/** Whether this says anew what stands on another branch: also when it is tried again, as long as nothing was said here. */
function isSaidAnew({ branches }: ConversationView, { choice: { reason }, after = null }: TurnView): boolean {
	const isBare = () => branches.some(({ current, why, head, from }) => current && why.kind === "regenerated" && head === from && after === head);
	return reason === "regenerated" || (reason === "retried" && isBare());
}

/** Only these turns are waited for any more. Without those of the others that nobody answered for it goes on. */
function through(view: ConversationView, stays: (turn: TurnView) => boolean, tree: Tree): Turns & { passed_over: TurnView[] } {
	const turns = view.turns ?? [];
	for (const turn of turns) if (isSaidAnew(view, turn)) tree.alternatives.add(turn.id);
	const gone = turns.filter((turn) => !stays(turn) && isPassedOver(turn, tree));
	for (const turn of gone) tree.passedOver.set(turn.id, turn);
	const missing = gone.filter((turn) => isMissing(turn, view.messages));
	const { passed_over = [] } = view;
	return { ...turnsOf(turns.filter(stays), view.state), passed_over: missing.length > 0 ? [...passed_over, ...missing] : passed_over };
}

/** An alternative that never came is nobody's turn in the talk. */
const isPassedOver = ({ id, outcome, round }: TurnView, tree: Tree) =>
	(outcome === "failed" || outcome === "stalled" || (outcome === "cancelled" && round != null)) && !tree.alternatives.has(id);

/** Whoever was skipped in a round is missing where the others were heard. */
const isMissing = ({ outcome, round }: TurnView, messages: Message[]) => outcome !== "cancelled" || messages.some((message) => message.round === round);

/** What is in the view, before something else takes its place there. */
export function keepPassedOver(view: ConversationView, tree: Tree) {
	for (const turn of view.turns ?? []) if (isSaidAnew(view, turn)) tree.alternatives.add(turn.id);
	for (const turn of view.passed_over ?? []) tree.passedOver.set(turn.id, turn);
}

/** Those that were passed over on this branch. */
export function passedOverOn(tree: Tree, messages: Message[]): TurnView[] {
	const shown = new Set(messages.map(({ id }) => id));
	return [...tree.passedOver.values()].filter((turn) => (turn.after == null || shown.has(turn.after)) && isMissing(turn, messages)).sort((one, other) => one.number - other.number);
}

/** What the user said while a round was open, or before an alternative had begun, stands behind it; or behind the talk, when there is no
 * alternative after all. */
export function moved(view: ConversationView, { data: { message: id, parent, head } }: Of<"message.moved">, tree: Tree): Partial<ConversationView> {
	tree.move(id, parent);
	const from = view.messages.findIndex((message) => message.id === id);
	const to = view.messages.findIndex((message) => message.id === head);
	if (from < 0 || to < from) {
		const messages = tree.path(head);
		return messages ? { messages, branches: endingWith(view, messages) } : {};
	}
	const block = view.messages.slice(from, to + 1).map((message) => (message.id === id ? { ...message, parent, alternatives: tree.beside(parent, id) } : message));
	const rest = view.messages.toSpliced(from, block.length);
	const place = rest.findIndex((message) => message.id === parent) + 1;
	const messages = rest.toSpliced(place, 0, ...block);
	return { messages, branches: endingWith(view, messages) };
}

const endingWith = ({ branches }: ConversationView, messages: Message[]) =>
	branches.map((branch) => (branch.current ? { ...branch, head: messages.at(-1)?.id ?? null, messages: messages.length } : branch));

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
