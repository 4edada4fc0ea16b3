import type { Choice, ConversationView, Finish, ModelRef, Participant } from "../../bindings";
import type { FakeLog } from "./log";
import { lines } from "./voices";

/** How long the voices take, in milliseconds. */
export interface Pace {
	think: number;
	word: number;
}

/** Plays one conversation: chooses speakers, fails where the model's name says so, writes word by word. */
export class Actor {
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** The words of the message that is being written. */
	writing: { message: string; text: string } | undefined;
	#spoken = new Map<string, number>();
	#stepping = false;
	#skipped = 0;
	#nudged: string | undefined;
	/** Where a conversation was before something was said anew. */
	#before: ConversationView["state"] | undefined;

	constructor(
		readonly log: FakeLog,
		readonly topic: string,
		readonly pace: Pace,
	) {}

	get view(): ConversationView {
		const view = this.log.views.get(this.topic);
		if (!view) throw new Error(`there is no ${this.topic}`);
		return view;
	}

	begin(stepping = false) {
		this.#stepping = stepping;
		this.#state("running", { why: "user" });
		this.#later(this.pace.think / 2, () => this.#nextTurn());
	}

	/** One turn for this participant: after the present one, or at once. */
	nudge(participant: string) {
		this.#nudged = participant;
		this.#record({ event: "participant.nudged", data: { participant } });
		if (this.view.state !== "running") this.begin(true);
	}

	/** Goes on as if so many turns had been taken. */
	resumeAfter(turns: number) {
		this.#skipped = turns;
		for (const participant of this.view.participants) this.#spoken.set(participant.id, 1);
		this.begin();
	}

	pause() {
		this.#state("paused", { why: "user" });
	}

	/** Ends what is under way, with the words that were said. */
	cut(why: "user" | "restarted" = "user") {
		clearTimeout(this.#timer);
		const turn = this.view.turn;
		if (!turn) return;
		const open = turn.attempts.find((attempt) => attempt.outcome === null);
		if (open) {
			const ended = { attempt: open.id, turn: turn.id, answered_by: null, timings: {}, usage: null };
			this.#record({ event: "attempt.ended", data: { ...ended, outcome: { outcome: "cancelled" } } });
		}
		const cause = { why };
		const writing = this.writing;
		this.writing = undefined;
		if (writing) this.#record({ event: "message.interrupted", data: { ...writing, turn: turn.id, cause } });
		const outcome = writing ? "interrupted" : "cancelled";
		this.#record({ event: "turn.ended", data: { turn: turn.id, outcome } });
	}

	stop() {
		this.cut();
		this.#state("completed", { why: "user" });
	}

	skip() {
		this.cut();
		this.#state("running", { why: "user" });
		this.#later(this.pace.think / 2, () => this.#nextTurn());
	}

	/** The same speaker once more; afterwards the conversation is as it was. */
	regenerate(participant: string, model: ModelRef | null) {
		this.#before = this.view.state === "running" ? "paused" : this.view.state;
		this.#state("running", { why: "regenerating" });
		this.#nextTurn(participant, model);
	}

	/** By its own models, or by this one alone. */
	retry(model: ModelRef | null = null) {
		const failed = this.view.turn?.participant;
		this.#state("running", { why: "user" });
		this.#nextTurn(failed, model);
	}

	#nextTurn(again?: string, model: ModelRef | null = null) {
		const view = this.view;
		const taken = this.log.events.filter((event) => event.topic === this.topic && event.event === "turn.started").length;
		const place = Math.max(taken, this.#skipped);
		const nudged = this.#nudged;
		this.#nudged = undefined;
		if (view.policy === "manual" && !again && !nudged) return this.#state("paused", { why: "awaiting_nudge" });
		const free = view.participants.filter((participant) => !participant.muted);
		const wanted = view.participants.find((participant) => participant.id === (again ?? nudged));
		const speaker = wanted ?? free[place % free.length];
		if (!speaker) return this.#state("completed", { why: "everybody_muted" });
		const turn = this.log.id("turn");
		const reason = this.#before ? ("regenerated" as const) : again ? ("retried" as const) : ("nudged" as const);
		const choice = wanted ? { policy: view.policy, reason, scores: [] } : choose(view, speaker);
		this.#record({ event: "turn.started", data: { turn, participant: speaker.id, number: taken + 1, choice } });
		this.#ask(turn, model ? { ...speaker, route: [model] } : speaker, 0);
	}

	#ask(turn: string, speaker: Participant, place: number) {
		const model = speaker.route[place];
		if (!model) return;
		const attempt = this.log.id("attempt");
		this.#record({ event: "attempt.started", data: { attempt, turn, number: place + 1, model } });
		const fault = model.model.split("!")[1];
		this.#later(this.pace.think, () => {
			if (fault?.startsWith("rate-limit") || fault?.startsWith("overloaded")) this.#fail(turn, speaker, place, attempt, model);
			else this.#speak(turn, speaker, attempt, fault);
		});
	}

	#fail(turn: string, speaker: Participant, place: number, attempt: string, from: ModelRef) {
		const detail = "rate limit reached, try again in 20 s";
		const outcome = { outcome: "failed", class: "rate_limited", detail } as const;
		const timings = { first_byte_ms: 61, total_ms: 64 };
		this.#record({ event: "attempt.ended", data: { attempt, turn, outcome, answered_by: null, timings, usage: null, status: 429 } });
		const to = speaker.route[place + 1];
		if (to) {
			const switched = { turn, participant: speaker.id, from, to, because: "rate_limited", detail } as const;
			this.#record({ event: "fallback.switched", data: switched });
			this.#ask(turn, speaker, place + 1);
			return;
		}
		this.#record({ event: "turn.ended", data: { turn, outcome: "failed" } });
		this.#state("needs_attention", { why: "no_model_answered", turn, participant: speaker.id, class: "rate_limited" });
	}

	#speak(turn: string, speaker: Participant, attempt: string, fault: string | undefined) {
		const message = this.log.id("message");
		const parent = this.view.messages.at(-1)?.id ?? null;
		this.#record({ event: "message.started", data: { message, turn, participant: speaker.id, parent } });
		const said = this.#spoken.get(speaker.id) ?? 0;
		this.#spoken.set(speaker.id, said + 1);
		const own = lines[speaker.persona?.id ?? ""] ?? lines["host"] ?? [];
		const words = (own[said % own.length] ?? "I have nothing to add.").split(/(?<=\s)/u);
		this.writing = { message, text: "" };
		const cutAt = fault?.startsWith("cut") ? 12 : words.length;
		this.#write(words, cutAt, () => this.#finish(turn, attempt, message, cutAt < words.length, words.length));
	}

	#write(words: string[], upTo: number, done: () => void) {
		const writing = this.writing;
		if (!writing) return;
		const [word, ...rest] = words;
		if (word === undefined || upTo === 0) return done();
		const offset = Array.from(writing.text).length;
		this.log.publish([{ type: "delta", topic: this.topic, message: writing.message, offset, text: word }]);
		writing.text += word;
		this.#later(this.pace.word, () => this.#write(rest, upTo - 1, done));
	}

	#finish(turn: string, attempt: string, message: string, isCut: boolean, words: number) {
		const text = this.writing?.text ?? "";
		this.writing = undefined;
		const { think, word } = this.pace;
		const timings = { first_byte_ms: think * 0.8, first_token_ms: think, total_ms: think + words * word };
		const usage = { input_tokens: 260 + this.view.messages.length * 40, output_tokens: Math.round(words * 1.4), estimated: isCut };
		const parent = this.view.messages.at(-2)?.id ?? null;
		const participant = this.view.turn?.participant ?? "";
		const ended = { attempt, turn, answered_by: null, timings, usage, status: 200 };
		if (isCut) {
			const detail = "connection reset";
			const outcome = { outcome: "failed", class: "truncated", detail } as const;
			const cause = { why: "provider", class: "truncated", detail } as const;
			this.#record({ event: "attempt.ended", data: { ...ended, outcome } });
			this.#record({ event: "message.interrupted", data: { message, turn, text, cause } });
			this.#record({ event: "turn.ended", data: { turn, outcome: "interrupted" } });
		} else {
			const finish: Finish = "stop";
			const author = { kind: "participant", participant } as const;
			this.#record({ event: "attempt.ended", data: { ...ended, outcome: { outcome: "answered", finish } } });
			this.#record({ event: "message.completed", data: { message, turn, author, parent, text, finish } });
			this.#record({ event: "turn.ended", data: { turn, outcome: "completed" } });
		}
		this.#afterTurn();
	}

	#afterTurn() {
		const before = this.#before;
		this.#before = undefined;
		if (before && before !== "running") return this.#state(before, { why: "user" });
		if (this.view.state !== "running") return;
		const turns = this.view.end.turns ?? null;
		const taken = this.view.messages.filter((message) => message.author.kind === "participant").length;
		if (turns !== null && taken >= turns) return this.#state("completed", { why: "turns_reached", turns });
		if (this.#stepping && this.#nudged === undefined) {
			return this.#state("paused", { why: this.view.policy === "manual" ? "awaiting_nudge" : "stepped" });
		}
		this.#later(this.pace.think, () => this.#nextTurn());
	}

	#state(state: ConversationView["state"], reason: NonNullable<ConversationView["reason"]>) {
		this.#record({ event: "conversation.state_changed", data: { state, reason } });
	}

	#record(kind: Parameters<FakeLog["record"]>[2]) {
		this.log.record(this.topic, Date.now(), kind);
	}

	#later(ms: number, work: () => void) {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(work, ms);
	}
}

function choose(view: ConversationView, speaker: Participant): Choice {
	if (view.policy === "random") return { policy: "random", reason: "drawn", scores: [] };
	if (view.policy === "round_robin") return { policy: "round_robin", reason: "order", scores: [] };
	const scores = view.participants
		.map((participant, place) => {
			const isSpeaker = participant.id === speaker.id;
			const [silence, asked, dice] = isSpeaker ? [1.5, 1, 0.21] : [0.5 * place, 0, 0.09];
			return { participant: participant.id, total: silence + asked + dice, addressed: 0, asked, silence, share: 0, dice };
		})
		.sort((one, other) => other.total - one.total);
	return { policy: "balanced", reason: "score", scores };
}
