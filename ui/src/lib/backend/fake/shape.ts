import type { BranchComparison, BranchReason, BranchView, EventKind, ImageRef, Message, MessageVersion, PromptPiece, PromptView } from "../../bindings";
import type { Backend } from "../backend";
import type { Actor } from "./actor";
import type { FakeLog } from "./log";
import { refuse } from "./refuse";

/** An act and what takes it back: both as they are recorded. */
interface Done {
	act: EventKind;
	back: EventKind;
}

/** What a person does to what has been said, in memory. */
export abstract class FakeShape {
	abstract readonly log: FakeLog;
	abstract now: () => number;
	abstract actor(id: string): Actor;
	#done = new Map<string, Done[]>();
	#undone = new Map<string, Done[]>();
	#versions = new Map<string, MessageVersion[]>();

	regenerate: Backend["regenerate"] = async (id, message, model) => {
		const { parent, author } = this.#message(id, message);
		if (author.kind === "user") throw refuse("invalid", "only what an AI said can be regenerated; edit your own words", "message");
		this.#nobodySpeaks(id);
		this.#branch(id, parent, null, { kind: "regenerated", message });
		this.actor(id).regenerate(author.participant, model);
		return null;
	};

	chooseAlternative: Backend["chooseAlternative"] = async (id, message) => {
		const branch = this.#view(id).branches.findLast(({ head }) => this.#path(id, head).some((one) => one.id === message));
		return branch ? this.switchBranch(id, branch.id) : null;
	};

	editMessage: Backend["editMessage"] = async (id, message, text, edit) => {
		const before = this.#message(id, message);
		if (text.trim() === "" && !before.images?.length) throw refuse("invalid", "there are no words left; delete the message instead", "text");
		if (edit === "branch") {
			this.#nobodySpeaks(id);
			this.#branch(id, before.parent, null, { kind: "edited", message });
			this.userSays(id, text);
			return null;
		}
		const at = new Date(this.now()).toISOString();
		const known = this.#versions.get(message) ?? [{ version: 1, text: before.text, current: true, at: before.started_at }];
		const version = known.length + 1;
		this.#versions.set(message, [...known, { version, text, current: true, at }]);
		this.#do(id, {
			act: { event: "message.edited", data: { message, text, version } },
			back: { event: "message.edited", data: { message, text: before.text, version: before.version } },
		});
		return null;
	};

	messageVersions: Backend["messageVersions"] = async (id, message) => {
		const { version } = this.#message(id, message);
		return (this.#versions.get(message) ?? []).map((one) => ({ ...one, current: one.version === version }));
	};

	deleteMessage: Backend["deleteMessage"] = async (id, message) => this.#do(id, { act: { event: "message.deleted", data: { message } }, back: { event: "message.restored", data: { message } } });
	restoreMessage: Backend["restoreMessage"] = async (id, message) => this.#do(id, { act: { event: "message.restored", data: { message } }, back: { event: "message.deleted", data: { message } } });

	pinMessage: Backend["pinMessage"] = async (id, message) => this.#record(id, { event: "message.pinned", data: { message } });
	unpinMessage: Backend["unpinMessage"] = async (id, message) => this.#record(id, { event: "message.unpinned", data: { message } });

	branchConversation: Backend["branchConversation"] = async (id, from, name) => {
		this.#nobodySpeaks(id);
		return this.#branch(id, from, name, { kind: "branched" });
	};

	switchBranch: Backend["switchBranch"] = async (id, branch) => {
		this.#nobodySpeaks(id);
		const view = this.#view(id);
		const switched = (to: string): EventKind => ({ event: "branch.switched", data: { branch: to, head: this.#head(id, to) } });
		if (view.branch !== branch) this.#do(id, { act: switched(branch), back: switched(view.branch) });
		return null;
	};

	renameBranch: Backend["renameBranch"] = async (id, branch, name) => {
		if (name.trim() === "") throw refuse("invalid", "a branch's name needs at least one letter", "name");
		this.#record(id, { event: "branch.renamed", data: { branch, name } });
		return null;
	};

	compareBranches: Backend["compareBranches"] = async (id, left, right): Promise<BranchComparison> => {
		const [one, other] = [this.#branchOf(id, left), this.#branchOf(id, right)];
		const [lefts, rights] = [this.#path(id, one.head), this.#path(id, other.head)];
		const differs = lefts.findIndex((message, place) => message.id !== rights[place]?.id);
		const common = differs < 0 ? lefts.length : differs;
		const rows = Array.from({ length: Math.max(lefts.length, rights.length) - common }, (_, place) => ({
			left: lefts[common + place] ?? null,
			right: rights[common + place] ?? null,
		}));
		return { left: one, right: other, fork: lefts[common - 1]?.id ?? null, common, rows };
	};

	undo: Backend["undo"] = async (id) => {
		const done = this.#done.get(id)?.at(-1);
		if (!done) throw refuse("wrong_state", "there is nothing to undo");
		if (done.act.event.startsWith("branch.")) this.#nobodySpeaks(id);
		this.#done.get(id)?.pop();
		this.#undone.set(id, [...(this.#undone.get(id) ?? []), done]);
		this.#record(id, by(done.back, "undo"));
		return null;
	};

	redo: Backend["redo"] = async (id) => {
		const done = this.#undone.get(id)?.pop();
		if (!done) throw refuse("wrong_state", "there is nothing to do again");
		this.#done.set(id, [...(this.#done.get(id) ?? []), done]);
		this.#record(id, by(done.act, "redo"));
		return null;
	};

	attemptPrompt: Backend["attemptPrompt"] = async (id, attempt) => {
		const turn = this.#view(id).messages.find(({ attempts }) => attempts.some((one) => one.id === attempt));
		return this.#prompt(id, turn?.author.kind === "participant" ? turn.author.participant : null);
	};
	attemptThoughts: Backend["attemptThoughts"] = async (_, attempt) => {
		const told = this.log.events.findLast((event) => event.event === "attempt.thought" && event.data.attempt === attempt);
		if (told?.event !== "attempt.thought") throw refuse("attempt_not_found", `this conversation has no attempt ${attempt} that has told thoughts`, "attempt");
		return { attempt, text: told.data.thoughts };
	};
	previewPrompt: Backend["previewPrompt"] = async (id, participant) => this.#prompt(id, participant);

	#prompt(id: string, participant: string | null): PromptView {
		const view = this.#view(id);
		const speaker = view.participants.find((one) => one.id === participant) ?? view.participants[0];
		const tokens = (text: string) => Math.ceil(text.length / 4);
		const system = `You are ${speaker?.name ?? "nobody"}. ${speaker?.instructions ?? ""}\n\nTopic: ${view.topic}`;
		const messages = view.messages.map(({ id, text, author }): PromptPiece => ({
			role: author.kind === "participant" && author.participant === speaker?.id ? "assistant" : "user",
			source: { source: "message", message: id },
			text,
			tokens: tokens(text),
			images: [],
		}));
		const talk = messages.reduce((sum, piece) => sum + piece.tokens, 0);
		const size_tokens = tokens(system) + talk;
		const share = (part: "persona" | "others", tokens: number) => ({ part, tokens, percent: (tokens * 100) / size_tokens });
		const model = speaker?.route[0] ?? { connection: "demo", model: "host" };
		return { participant: speaker?.id ?? "", model, system, messages, shares: [share("persona", tokens(system)), share("others", talk)], window_tokens: 24_000, size_tokens, exact: true };
	}

	/** At the end of the current branch. */
	userSays(id: string, text: string, to: string[] = [], images: ImageRef[] = []): string {
		const message = this.log.id("message");
		const parent = this.#view(id).messages.at(-1)?.id ?? null;
		this.#record(id, { event: "message.completed", data: { message, turn: null, author: { kind: "user" }, parent, text, finish: null, audience: to.length > 0 ? to : null, images } });
		return message;
	}

	#branch(id: string, from: string | null, wanted: string | null, why: BranchReason): string {
		const view = this.#view(id);
		const branch = this.log.id("branch");
		const name = wanted ?? `Branch ${view.branches.length + 1}`;
		this.#do(id, {
			act: { event: "branch.created", data: { branch, name, from, why } },
			back: { event: "branch.switched", data: { branch: view.branch, head: this.#head(id, view.branch) } },
		});
		return branch;
	}

	#do(id: string, done: Done): null {
		this.#done.set(id, [...(this.#done.get(id) ?? []), done]);
		this.#undone.delete(id);
		this.#record(id, done.act);
		return null;
	}

	#record(id: string, kind: EventKind): null {
		this.log.record(`conversation:${id}`, this.now(), kind);
		return null;
	}

	#view(id: string) {
		const view = this.log.views.get(`conversation:${id}`);
		if (!view) throw refuse("conversation_not_found", `there is no conversation ${id}`);
		return view;
	}

	#branchOf(id: string, branch: string): BranchView {
		const found = this.#view(id).branches.find((one) => one.id === branch);
		if (!found) throw refuse("invalid", "there is no branch of that id in this conversation", "branch");
		return found;
	}

	#head = (id: string, branch: string) => this.#branchOf(id, branch).head;

	#path(id: string, head: string | null): Message[] {
		const { messages } = this.#view(id);
		const place = messages.findIndex((message) => message.id === head);
		return place >= 0 ? messages.slice(0, place + 1) : (this.log.tree(`conversation:${id}`).path(head) ?? []);
	}

	#message(id: string, message: string): Message {
		const found = this.#view(id).messages.find((one) => one.id === message);
		if (!found) throw refuse("invalid", "there is no message of that id in this conversation", "message");
		return found;
	}

	#nobodySpeaks(id: string) {
		if (this.#view(id).turn) throw refuse("wrong_state", "somebody is speaking; pause and let the turn end, skip the speaker, or stop");
	}
}

/** The same event, as the hand of undo or redo records it. */
function by(kind: EventKind, hand: "undo" | "redo"): EventKind {
	switch (kind.event) {
		case "message.edited":
			return { event: kind.event, data: { ...kind.data, by: hand } };
		case "message.deleted":
			return { event: kind.event, data: { ...kind.data, by: hand } };
		case "message.restored":
			return { event: kind.event, data: { ...kind.data, by: hand } };
		case "branch.created":
			return { event: "branch.switched", data: { branch: kind.data.branch, head: kind.data.from, by: hand } };
		case "branch.switched":
			return { event: kind.event, data: { ...kind.data, by: hand } };
		default:
			return kind;
	}
}

