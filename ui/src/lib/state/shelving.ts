import type { Backend } from "../backend/backend";
import type { Notices } from "./notices.svelte";

/** One of the list, or the one on stage. */
export interface Shelved {
	id: string;
	title: string;
}

/** Puts conversations away, throws them away, and takes them back. What is done can be undone where it is told. */
export class Shelving {
	constructor(
		readonly backend: Pick<
			Backend,
			"archiveConversation" | "unarchiveConversation" | "trashConversation" | "restoreConversation" | "deleteConversation" | "emptyTrash"
		>,
		readonly notices: Notices,
	) {}

	archive({ id, title }: Shelved) {
		return this.#undoable(`“${title}” is in the archive`, () => this.backend.archiveConversation(id), () => this.unarchive({ id, title }));
	}

	unarchive({ id }: Shelved) {
		return this.#do(() => this.backend.unarchiveConversation(id));
	}

	trash({ id, title }: Shelved) {
		return this.#undoable(`“${title}” is in the trash`, () => this.backend.trashConversation(id), () => this.restore({ id, title }));
	}

	restore({ id }: Shelved) {
		return this.#do(() => this.backend.restoreConversation(id));
	}

	/** There is no way back: whoever calls this has asked before. */
	deleteForGood({ id }: Shelved) {
		return this.#do(() => this.backend.deleteConversation(id));
	}

	emptyTrash() {
		return this.#do(() => this.backend.emptyTrash());
	}

	async #undoable(told: string, act: () => Promise<unknown>, back: () => Promise<boolean>) {
		const isDone = await this.#do(act);
		if (isDone) this.notices.offer(told, { label: "Undo", run: () => void back() });
		return isDone;
	}

	/** Whether it was done. */
	async #do(act: () => Promise<unknown>): Promise<boolean> {
		this.notices.withdraw();
		return "value" in (await this.notices.guard(act));
	}
}
