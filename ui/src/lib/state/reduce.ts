import type { Attempt, ConversationView, Event, Message, TurnId } from "../bindings";

/** A conversation after one more event. Old and repeated events change nothing; what did not change keeps its identity. */
export function reduce(view: ConversationView, event: Event): ConversationView {
	if (event.seq <= view.seq) return view;
	return { ...view, ...change(view, event), seq: event.seq, updated_at: event.ts };
}

/** The view that the first event of a conversation makes. */
export function begin(event: Extract<Event, { event: "conversation.created" }>): ConversationView {
	return {
		...event.data,
		id: event.topic.slice("conversation:".length),
		seq: event.seq,
		state: "draft",
		reason: null,
		messages: [],
		turn: null,
		created_at: event.ts,
		updated_at: event.ts,
	};
}

function change(view: ConversationView, event: Event): Partial<ConversationView> {
	switch (event.event) {
		case "conversation.created":
		case "fallback.switched":
		case "participant.nudged":
		case "connection.added":
		case "connection.removed":
		case "provider.health":
			// A switch is told by the attempts around it, a nudge by the turn that follows; connections have a state of their own.
			return {};
		case "conversation.renamed":
			return { title: event.data.title };
		case "conversation.state_changed": {
			const { state, reason } = event.data;
			return { state, reason, turn: state === "completed" || leavesAttention(view, state) ? null : view.turn };
		}
		case "participant.muted":
			return muted(view, event.data.participant, true);
		case "participant.unmuted":
			return muted(view, event.data.participant, false);
		case "turn.started": {
			const { turn, participant, number, choice } = event.data;
			return { turn: { id: turn, participant, number, choice, attempts: [] } };
		}
		case "attempt.started": {
			const { attempt, turn, number, model } = event.data;
			const begun: Attempt = {
				id: attempt,
				turn,
				number,
				model,
				answered_by: null,
				outcome: null,
				timings: {},
				usage: null,
				started_at: event.ts,
			};
			return attemptsOf(view, turn, (attempts) => [...attempts, begun]);
		}
		case "attempt.ended": {
			const { attempt: id, turn, ...ended } = event.data;
			return attemptsOf(view, turn, (attempts) =>
				attempts.map((attempt) => (attempt.id === id ? { ...attempt, ...ended } : attempt)),
			);
		}
		case "message.started": {
			const { message, turn, participant, parent } = event.data;
			const begun: Message = {
				id: message,
				parent,
				turn,
				author: { kind: "participant", participant },
				text: "",
				status: "streaming",
				interrupted: null,
				finish: null,
				started_at: event.ts,
				ended_at: null,
				attempts: view.turn?.id === turn ? view.turn.attempts : [],
			};
			return { messages: [...view.messages, begun] };
		}
		case "message.completed": {
			const { message: id, turn, author, parent, text, finish } = event.data;
			const end = { text, finish, status: "complete" as const, interrupted: null, ended_at: event.ts };
			if (view.messages.some((message) => message.id === id)) return messageOf(view, id, end);
			const whole: Message = { id, parent, turn, author, started_at: event.ts, attempts: [], ...end };
			return { messages: [...view.messages, whole] };
		}
		case "message.interrupted": {
			const { message, text, cause } = event.data;
			return messageOf(view, message, { text, interrupted: cause, status: "interrupted", ended_at: event.ts });
		}
		case "turn.ended":
			// A failed turn waits for attention, and its attempts with it.
			return view.turn?.id === event.data.turn && event.data.outcome !== "failed" ? { turn: null } : {};
		default:
			event satisfies never;
			return {};
	}
}

/** The failed turn is done with, unless another one has already taken its place. */
function leavesAttention(view: ConversationView, next: ConversationView["state"]): boolean {
	const attempts = view.turn?.attempts ?? [];
	const isOver = attempts.length > 0 && attempts.every((attempt) => attempt.outcome !== null);
	return view.state === "needs_attention" && next !== "needs_attention" && isOver;
}

function muted(view: ConversationView, id: string, muted: boolean): Partial<ConversationView> {
	return { participants: view.participants.map((participant) => (participant.id === id ? { ...participant, muted } : participant)) };
}

function messageOf(view: ConversationView, id: string, end: Partial<Message>): Partial<ConversationView> {
	return { messages: view.messages.map((message) => (message.id === id ? { ...message, ...end } : message)) };
}

function attemptsOf(
	view: ConversationView,
	id: TurnId,
	change: (attempts: Attempt[]) => Attempt[],
): Partial<ConversationView> {
	const turn = view.turn?.id === id ? { ...view.turn, attempts: change(view.turn.attempts) } : view.turn;
	const isTold = view.messages.some((message) => message.turn === id);
	const messages = isTold
		? view.messages.map((message) =>
				message.turn === id && message.author.kind === "participant"
					? { ...message, attempts: change(message.attempts) }
					: message,
			)
		: view.messages;
	return { turn, messages };
}
