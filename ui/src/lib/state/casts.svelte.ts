import type { Backend } from "../backend/backend";
import type { CastId, CastView, ConversationId, Event, NewCast } from "../bindings";
import type { Notices } from "./notices.svelte";

/** The tables that are laid for conversations to come: those that ship with Chimera, and the user's own. */
export class Casts {
	items = $state.raw<CastView[]>([]);

	constructor(
		readonly backend: Pick<Backend, "listCasts" | "saveTableAsCast" | "changeCast" | "duplicateCast" | "deleteCast" | "restoreCast" | "importCast">,
		readonly notices: Notices,
	) {}

	/** Without them a table is laid seat by seat. */
	async load() {
		this.items = await this.backend.listCasts().catch(() => this.items);
	}

	/** Who sits at this table, and by which rules; nothing of what was said. Field errors are thrown. */
	async keep(conversation: ConversationId, name: string, tagline: string): Promise<CastView> {
		const kept = await this.backend.saveTableAsCast(conversation, name, tagline);
		await this.load();
		return kept;
	}

	/** Field errors are thrown here, too. */
	async change(id: CastId, cast: NewCast) {
		await this.backend.changeCast(id, cast);
		await this.load();
	}

	async duplicate(id: CastId): Promise<CastView> {
		const copy = await this.backend.duplicateCast(id, null);
		await this.load();
		return copy;
	}

	async import(text: string) {
		const imported = await this.backend.importCast(text);
		await this.load();
		return imported;
	}

	async delete({ id, name }: CastView) {
		const deleted = await this.notices.guard(() => this.backend.deleteCast(id));
		if (!("value" in deleted)) return;
		await this.load();
		this.notices.offer(`${name} was deleted`, { label: "Undo", run: () => void this.#restore(id) });
	}

	async #restore(id: CastId) {
		this.notices.withdraw();
		await this.notices.guard(() => this.backend.restoreCast(id));
		await this.load();
	}

	/** Others may lay tables, too. */
	apply(event: Event) {
		switch (event.event) {
			case "cast.saved":
			case "cast.changed":
			case "cast.deleted":
			case "cast.restored":
				void this.load();
				break;
		}
	}
}
