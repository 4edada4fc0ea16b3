import type { ConversationView, Event, Message } from "../bindings";
import { NOT_HELD, NOTHING } from "../money";
import { answered, asked, attemptsOf, partsOf, queued, takenOver, thinks } from "./attempts";
import { reseat } from "./cast";
import { NOT_BEGUN, progressed } from "./progress";
import { grow, reshape } from "./reshape";
import { summedUp } from "./summaries";
import { told } from "./told";
import { begun, beginsWith, ended as endedTurn, moved, revealed, roundEnded, standingIn } from "./turns";
import { Tree } from "./tree";

/**
 * A conversation after one more event. Old and repeated events change nothing, events of a later version neither; what
 * did not change keeps its identity. `tree` remembers what was seen on other branches.
 */
export function reduce(view: ConversationView, event: Event, tree: Tree = new Tree()): ConversationView {
	if (event.seq <= view.seq) return view;
	return { ...view, ...change(view, event, tree), progress: progressed(view, event), seq: event.seq, updated_at: event.ts };
}

/** The view that the first event of a conversation makes. */
export function begin(event: Extract<Event, { event: "conversation.created" }>): ConversationView {
	const id = event.topic.slice("conversation:".length);
	return {
		...event.data,
		stall_after_s: event.data.stall_after_s ?? null,
		moderator: event.data.moderator ?? null,
		fallback: event.data.fallback ?? { after_cut: "auto", refusals: "leave", bad_certificate: "stop" },
		id,
		seq: event.seq,
		state: "draft",
		reason: null,
		archived: false,
		trashed: false,
		left: [],
		spent: NOTHING,
		progress: NOT_BEGUN,
		// The first branch bears the id of the conversation.
		branch: id,
		branches: [{ id, name: "Main", head: null, from: null, why: { kind: "first" }, messages: 0, current: true, created_at: event.ts }],
		messages: [],
		summary: event.data.summary ?? { on: false },
		summaries: [],
		summary_failure: null,
		undoable: 0,
		redoable: 0,
		turn: null,
		turns: [],
		passed_over: [],
		asides: [],
		held: NOT_HELD,
		created_at: event.ts,
		updated_at: event.ts,
	};
}

function change(view: ConversationView, event: Event, tree: Tree): Partial<ConversationView> {
	switch (event.event) {
		case "conversation.created":
		case "conversation.closing":
		case "fallback.switched":
		case "participant.nudged":
		case "connection.added":
		case "connection.changed":
		case "connection.removed":
		case "model.facts_set":
		case "model.facts_cleared":
		case "provider.health":
		case "cast.saved":
		case "cast.changed":
		case "cast.deleted":
		case "cast.restored":
		case "conversation.deleted":
			// A switch is told by the attempts around it, a nudge by the turn that follows; connections have a state of their own.
			return {};
		case "conversation.archived":
			return { archived: true };
		case "conversation.unarchived":
			return { archived: false };
		case "conversation.trashed":
			return { trashed: true };
		case "conversation.restored":
			return { trashed: false };
		case "conversation.renamed":
			return { title: event.data.title };
		case "conversation.changed": {
			const { policy = view.policy, end = view.end, fallback = view.fallback, moderator = view.moderator ?? null, stall_after_s = view.stall_after_s ?? null, summary } = told(event.data);
			// Another wish about summaries is another chance for them.
			const summing = summary ? { summary, summary_failure: null } : {};
			// Zero takes the rule back.
			return { policy, end, fallback, moderator, stall_after_s: stall_after_s || null, ...summing };
		}
		case "conversation.state_changed": {
			const { state, reason } = event.data;
			return { state, reason, ...standingIn(view, state, tree) };
		}
		case "participant.muted":
		case "participant.unmuted":
		case "participant.joined":
		case "participant.left":
		case "participant.changed":
		case "participants.reordered":
			return reseat(view, event);
		case "message.pinned":
			return messageOf(view, event.data.message, { pinned: true });
		case "message.unpinned":
			return messageOf(view, event.data.message, { pinned: false });
		case "message.edited":
		case "message.deleted":
		case "message.restored":
		case "branch.created":
		case "branch.switched":
		case "branch.removed":
		case "branch.renamed":
			return reshape(view, event, tree);
		case "summary.written":
		case "summary.edited":
		case "summary.outdated":
		case "summary.failed":
			return summedUp(view, event, tree);
		case "turn.started":
			return begun(view, event, tree);
		case "attempt.started":
			return asked(view, event);
		case "attempt.queued":
			return queued(view, event, true);
		case "attempt.admitted":
			return queued(view, event, false);
		case "attempt.thinking":
		case "attempt.thought":
			return thinks(view, event);
		case "attempt.ended":
			return answered(view, event);
		case "message.taken_over":
			return takenOver(view, event);
		case "message.started": {
			const { message, turn, participant, parent, attempt = null } = event.data;
			const { attempts: made, asides, choice, round } = view.turns?.find(({ id }) => id === turn) ?? unsaid;
			const begins = beginsWith(attempt);
			const attempts = begins(made);
			const author = { kind: "participant" as const, participant };
			const told = attemptsOf(view, turn, begins);
			return { ...told, ...grow(view, tree, { ...unsaid, id: message, parent, turn, author, attempts, asides, choice, round, status: "streaming", started_at: event.ts }) };
		}
		case "message.completed": {
			const { message: id, turn, author, parent, text, finish, audience = null, images = [] } = event.data;
			const end = { text, finish, status: "complete" as const, interrupted: null, ended_at: event.ts };
			if (view.messages.some((message) => message.id === id)) return ended(view, id, end);
			return grow(view, tree, { ...unsaid, id, parent, turn, author, audience, images, started_at: event.ts, ...end });
		}
		case "message.interrupted": {
			const { message, text, cause } = event.data;
			return ended(view, message, { text, interrupted: cause, status: "interrupted", ended_at: event.ts });
		}
		case "turn.ended":
			return endedTurn(view, event, tree);
		case "round.ended":
			return roundEnded(view, event, tree);
		case "round.started":
			// Its turns and its messages say which round they are of.
			return {};
		case "attempt.revealed":
			return attemptsOf(view, event.data.turn, revealed(event));
		case "message.moved":
			return moved(view, event, tree);
		default:
			event satisfies never;
			return {};
	}
}

/** What is true of a message before anything is known of it. */
const unsaid = {
	text: "",
	interrupted: null,
	finish: null,
	ended_at: null,
	attempts: [],
	asides: [],
	choice: null,
	audience: null,
	images: [],
	parts: [],
	pinned: false,
	version: 1,
	versions: 1,
	deleted: false,
	alternatives: [],
	round: null,
} satisfies Partial<Message>;

/** What was said is whole, or will not become so: now it can be told who wrote what of it. */
function ended(view: ConversationView, id: string, end: Partial<Message> & { text: string }): Partial<ConversationView> {
	const whole = (message: Message) => ({ ...message, ...end, parts: partsOf(message.attempts, end.text) });
	return { messages: view.messages.map((message) => (message.id === id ? whole(message) : message)) };
}

function messageOf(view: ConversationView, id: string, end: Partial<Message>): Partial<ConversationView> {
	return { messages: view.messages.map((message) => (message.id === id ? { ...message, ...end } : message)) };
}
