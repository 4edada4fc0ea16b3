import type { Backend } from "../backend/backend";
import type { ConversationSummary, ConversationView, Event } from "../bindings";
import { toFailure, type Failure } from "../errors";

const PAGE = 50;
/** Previews follow the talk at this pace; a faster one would only flicker. */
const REFRESH_MS = 1_000;

/** The list of conversations. Its order changes when one is made, started or spoken to, not with every line in it. */
export class Conversations {
	items = $state.raw<ConversationSummary[]>([]);
	isLoading = $state(true);
	failure = $state.raw<Failure>();
	nextCursor = $state<string | null>(null);
	#refresh: ReturnType<typeof setTimeout> | undefined;

	constructor(readonly backend: Pick<Backend, "listConversations">) {}

	async load() {
		this.isLoading = true;
		try {
			const page = await this.backend.listConversations(null, PAGE);
			this.items = page.items;
			this.nextCursor = page.next_cursor;
			this.failure = undefined;
		} catch (thrown) {
			this.failure = toFailure(thrown);
		} finally {
			this.isLoading = false;
		}
	}

	async loadMore() {
		if (this.nextCursor === null) return;
		const page = await this.backend.listConversations(this.nextCursor, PAGE);
		this.nextCursor = page.next_cursor;
		this.items = [...this.items, ...page.items.filter((item) => !this.find(item.id))];
	}

	find(id: string) {
		return this.items.find((item) => item.id === id);
	}

	/** A conversation that was just created here need not wait for the feed. */
	add(view: ConversationView) {
		if (this.find(view.id)) return;
		const { id, title, topic, state, created_at, updated_at, messages } = view;
		const participants = view.participants.map(({ name, hue }) => ({ name, hue }));
		const made = { id, title, topic, state, participants, messages: messages.length, preview: null, created_at, updated_at };
		this.items = [made, ...this.items];
	}

	apply(event: Event) {
		if (!event.topic.startsWith("conversation:")) return;
		const id = event.topic.slice("conversation:".length);
		switch (event.event) {
			case "conversation.renamed":
				return this.#change(id, { title: event.data.title });
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

	#raise(id: string) {
		const raised = this.find(id);
		if (raised && this.items[0] !== raised) this.items = [raised, ...this.items.filter((item) => item !== raised)];
	}

	#refreshSoon() {
		this.#refresh ??= setTimeout(async () => {
			this.#refresh = undefined;
			try {
				this.#merge((await this.backend.listConversations(null, PAGE)).items);
			} catch {
				// The next line said asks again.
			}
		}, REFRESH_MS);
	}

	#merge(fresh: ConversationSummary[]) {
		const byId = new Map(fresh.map((item) => [item.id, item]));
		const made = fresh.filter((item) => !this.find(item.id));
		this.items = [...made, ...this.items.map((item) => byId.get(item.id) ?? item)];
	}
}
