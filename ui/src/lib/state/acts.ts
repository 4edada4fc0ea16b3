import type { Backend } from "../backend/backend";
import type {
	BranchId, ConversationChange, EditAs, MessageId, ModelRef, NewParticipant, ParticipantChange, ParticipantId, StopWhen, SummaryId,
} from "../bindings";
import { sentence, toFailure } from "../errors";
import type { ConversationState } from "./conversation.svelte";
import { drafts, type Saying } from "./drafts";
import type { Notices } from "./notices.svelte";

/** What can be asked of a conversation without further words. */
export type Wish = "start" | "pause" | "resume" | "step" | "retry" | "skip";

/** What a person does to the conversation on stage. What fails is told; what can be taken back says so. */
export class Acts {
	constructor(
		readonly backend: Backend,
		readonly notices: Notices,
		readonly current: () => Pick<ConversationState, "id" | "view" | "turn"> | undefined,
	) {}

	wish(wish: Wish) {
		const { startConversation, pauseConversation, resumeConversation, stepConversation, retryTurn, skipTurn } = this.backend;
		const wishes = { start: startConversation, pause: pauseConversation, resume: resumeConversation, step: stepConversation, retry: (id: string) => retryTurn(id, []), skip: skipTurn };
		return this.#do((id) => wishes[wish](id));
	}

	/** The turn that failed once more, with this model alone. What is wrong is the dialog's to show: it is thrown. */
	async retryWith(model: ModelRef) {
		const id = this.current()?.id;
		if (id === undefined) return;
		this.notices.withdraw();
		await this.backend.retryTurn(id, [model]);
	}

	stop(when: StopWhen) {
		return this.#do((id) => this.backend.stopConversation(id, when));
	}

	/** What the composer holds, under the key that is kept with it: once, however often it takes to hear the answer. */
	say(saying: Saying) {
		const { text, when, to, images } = saying;
		return this.#do(async (id) => {
			const send = () => this.backend.say(id, text, when, to, images, drafts.key(id, saying));
			try {
				await send();
			} catch (thrown) {
				if (toFailure(thrown).code !== "idempotency_key_reused") throw thrown;
				drafts.forgetKey(id);
				await send();
			}
			// Here, not in the composer: it may be gone when the answer comes.
			drafts.said(id);
		});
	}

	/** It speaks next, whatever the turn order. */
	nudge(participant: ParticipantId) {
		return this.#do((id) => this.backend.nudgeParticipant(id, participant));
	}

	/** Cuts this one off; in a round the others go on. */
	skip(participant: ParticipantId) {
		return this.#do((id) => this.backend.skipParticipant(id, participant));
	}

	mute(participant: ParticipantId, muted: boolean) {
		const { muteParticipant, unmuteParticipant } = this.backend;
		return this.#do((id) => (muted ? muteParticipant(id, participant) : unmuteParticipant(id, participant)));
	}

	change(participant: ParticipantId, change: ParticipantChange) {
		return this.#do((id) => this.backend.changeParticipant(id, participant, change));
	}

	seat(newcomer: NewParticipant) {
		return this.#do((id) => this.backend.addParticipant(id, newcomer, null));
	}

	dismiss(participant: ParticipantId) {
		return this.#do((id) => this.backend.removeParticipant(id, participant));
	}

	reorder(order: ParticipantId[]) {
		return this.#do((id) => this.backend.reorderParticipants(id, order));
	}

	lead(change: ConversationChange) {
		return this.#do((id) => this.backend.changeConversation(id, change));
	}

	/** Better words for what stands in prompts for the older talk. */
	editSummary(summary: SummaryId, text: string) {
		return this.#do((id) => this.backend.editSummary(id, summary, text));
	}

	regenerate(message: MessageId, model: ModelRef | null) {
		return this.#do((id) => this.backend.regenerate(id, message, model));
	}

	chooseAlternative(message: MessageId) {
		return this.#do((id) => this.backend.chooseAlternative(id, message));
	}

	edit(message: MessageId, text: string, edit: EditAs) {
		return this.#undoable("The message was changed", (id) => this.backend.editMessage(id, message, text, edit));
	}

	delete(message: MessageId) {
		return this.#undoable("The message was deleted", (id) => this.backend.deleteMessage(id, message));
	}

	restore(message: MessageId) {
		return this.#do((id) => this.backend.restoreMessage(id, message));
	}

	pin(message: MessageId, pinned: boolean) {
		const { pinMessage, unpinMessage } = this.backend;
		return this.#do((id) => (pinned ? pinMessage(id, message) : unpinMessage(id, message)));
	}

	branch(from: MessageId) {
		return this.#undoable("This is a new branch: what followed is on the other one", (id) => this.backend.branchConversation(id, from, null));
	}

	/** They talk on behind this message; what followed it stays on its branch. */
	async continueFrom(message: MessageId) {
		const leavesBranch = this.current()?.view?.messages.at(-1)?.id !== message;
		const isDone = await this.#do((id) => this.backend.continueFrom(id, message));
		if (isDone && leavesBranch) this.#offerStopAndUndo("They talk on from there: what followed is on the other branch");
		return isDone;
	}

	switchBranch(branch: BranchId) {
		return this.#undoable("You are on another branch", (id) => this.backend.switchBranch(id, branch));
	}

	renameBranch(branch: BranchId, name: string) {
		return this.#do((id) => this.backend.renameBranch(id, branch, name));
	}

	/** Takes back the newest act. Nobody's branch is taken away while they speak: then the way there is offered. */
	async undo() {
		const current = this.current();
		if (!current) return false;
		this.notices.withdraw();
		try {
			await this.backend.undo(current.id);
			return true;
		} catch (thrown) {
			const { code, message } = toFailure(thrown);
			if (code === "wrong_state" && current.turn) this.#offerStopAndUndo(sentence(message));
			else this.notices.tell(sentence(message), "danger");
			return false;
		}
	}

	redo() {
		return this.#do((id) => this.backend.redo(id));
	}

	#offerStopAndUndo(told: string) {
		this.notices.offer(told, { label: "Stop and undo", run: () => void this.#stopAndUndo() });
	}

	#stopAndUndo() {
		const { view, turn } = this.current() ?? {};
		return this.#do(async (id) => {
			if (turn || view?.state === "running") await this.backend.stopConversation(id, "now");
			await this.backend.undo(id);
		});
	}

	async #undoable(told: string, act: (id: string) => Promise<unknown>) {
		const isDone = await this.#do(act);
		if (isDone) this.notices.offer(told, { label: "Undo", run: () => void this.undo() });
		return isDone;
	}

	/** Whether it was done. */
	async #do(act: (id: string) => Promise<unknown>): Promise<boolean> {
		const id = this.current()?.id;
		if (id === undefined) return false;
		this.notices.withdraw();
		return "value" in (await this.notices.guard(() => act(id)));
	}
}
