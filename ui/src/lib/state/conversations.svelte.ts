import type { Backend } from "../backend/backend";
import type { ConversationCounts, ConversationPage, ConversationSummary, ConversationView, Event, Shelf } from "../bindings";
import { toFailure, type Failure } from "../errors";

const PAGE = 50;
/** Previews follow the talk at this pace; a faster one would only flicker. */
const REFRESH_MS = 1_000;

/** What the list can show: one of the shelves. */
export type ShownShelf = Exclude<Shelf, "all">;

/** Where a conversation stands: in the trash it is whatever else it is. */
export function shelfOf({ archived, trashed }: Pick<ConversationSummary, "archived" | "trashed">): ShownShelf {
	if (trashed) return "trashed";
	return archived ? "archived" : "current";
}

/** The list of conversations. Its order changes when one is made, started or spoken to, not with every line in it. */
export class Conversations {
	/** All that are known, whatever shelf they stand on. */
	items = $state.raw<ConversationSummary[]>([]);
	/** The shelf that is looked at. */
	shelf = $state<ShownShelf>("current");
	counts = $state.raw<ConversationCounts>({ current: 0, archived: 0, trashed: 0 });
	isLoading = $state(true);
	failure = $state.raw<Failure>();
	nextCursor = $state<string | null>(null);
	#refresh: ReturnType<typeof setTimeout> | undefined;

	constructor(readonly backend: Pick<Backend, "listConversations">) {}

	/** What stands on the shelf that is looked at. */
	readonly shown = $derived(this.items.filter((item) => shelfOf(item) === this.shelf));

	/** The first of those that are neither archived nor in the trash. */
	get latest() {
		return this.items.find((item) => shelfOf(item) === "current");
	}

	/** Looks at another shelf. */
	async open(shelf: ShownShelf) {
		this.shelf = shelf;
		this.nextCursor = null;
		await this.load();
	}

	async load() {
		const shelf = this.shelf;
		this.isLoading = true;
		try {
			const page = await this.backend.listConversations(shelf, null, PAGE);
			// Another shelf was opened meanwhile.
			if (shelf !== this.shelf) return;
			const listed = new Set(page.items.map(({ id }) => id));
			this.items = [...page.items, ...this.items.filter((item) => !listed.has(item.id) && shelfOf(item) !== shelf)];
			this.nextCursor = page.next_cursor;
			this.counts = page.counts;
			this.failure = undefined;
		} catch (thrown) {
			this.failure = toFailure(thrown);
		} finally {
			this.isLoading = false;
		}
	}

	async loadMore() {
		if (this.nextCursor === null) return;
		const page = await this.backend.listConversations(this.shelf, this.nextCursor, PAGE);
		this.nextCursor = page.next_cursor;
		this.items = [...this.items, ...page.items.filter((item) => !this.find(item.id))];
	}

	find(id: string) {
		return this.items.find((item) => item.id === id);
	}

	/** A conversation that was just created here need not wait for the feed. */
	add(view: ConversationView) {
		if (this.find(view.id)) return;
		const { id, title, topic, state, created_at, updated_at, messages, archived, trashed } = view;
		const participants = view.participants.map(({ name, hue }) => ({ name, hue }));
		const made = { id, title, topic, state, participants, messages: messages.length, preview: null, archived, trashed, created_at, updated_at };
		this.items = [made, ...this.items];
	}

	apply(event: Event) {
		if (event.event === "conversation.deleted") return this.#forget(event.data.conversation);
		if (!event.topic.startsWith("conversation:")) return;
		const id = event.topic.slice("conversation:".length);
		switch (event.event) {
			case "conversation.renamed":
				return this.#change(id, { title: event.data.title });
			case "conversation.archived":
				return this.#move(id, { archived: true, updated_at: event.ts });
			case "conversation.unarchived":
				return this.#move(id, { archived: false, updated_at: event.ts });
			case "conversation.trashed":
				return this.#move(id, { trashed: true, updated_at: event.ts });
			case "conversation.restored":
				return this.#move(id, { trashed: false, updated_at: event.ts });
			case "conversation.state_changed":
				this.#change(id, { state: event.data.state, updated_at: event.ts });
				if (event.data.state === "running") this.#raise(id);
				return;
			case "message.completed":
				if (event.data.author.kind === "user") this.#raise(id);
				return this.#refreshSoon();
			case "conversation.created":
			case "message.interrupted":
				return this.#refreshSoon();
		}
	}

	stop() {
		clearTimeout(this.#refresh);
		this.#refresh = undefined;
	}

	#change(id: string, change: Partial<ConversationSummary>) {
		this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
	}

	/** Onto another shelf, where it stands first. How many stand on each is asked for again: not all of them are known here. */
	#move(id: string, change: Partial<ConversationSummary>) {
		const before = this.find(id);
		this.#change(id, change);
		const after = this.find(id);
		if (before && after && shelfOf(before) !== shelfOf(after)) {
			this.#count(before, -1);
			this.#count(after, 1);
			this.#raise(id);
		}
		this.#refreshSoon();
	}

	#count(item: ConversationSummary, by: 1 | -1) {
		const shelf = shelfOf(item);
		this.counts = { ...this.counts, [shelf]: Math.max(0, this.counts[shelf] + by) };
	}

	#forget(id: string) {
		const gone = this.find(id);
		if (gone) this.#count(gone, -1);
		this.items = this.items.filter((item) => item.id !== id);
		this.#refreshSoon();
	}

	#raise(id: string) {
		const raised = this.find(id);
		if (raised && this.items[0] !== raised) this.items = [raised, ...this.items.filter((item) => item !== raised)];
	}

	#refreshSoon() {
		this.#refresh ??= setTimeout(async () => {
			this.#refresh = undefined;
			try {
				const shelf = this.shelf;
				const page = await this.backend.listConversations(shelf, null, PAGE);
				if (shelf === this.shelf) this.#merge(page);
			} catch {
				// The next line said asks again.
			}
		}, REFRESH_MS);
	}

	#merge({ items: fresh, counts }: ConversationPage) {
		const byId = new Map(fresh.map((item) => [item.id, item]));
		const made = fresh.filter((item) => !this.find(item.id));
		this.items = [...made, ...this.items.map((item) => byId.get(item.id) ?? item)];
		this.counts = counts;
	}
}
