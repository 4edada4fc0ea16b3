import { createContext } from "svelte";
import type { Backend } from "../backend/backend";
import { oncePerClick } from "../backend/clicks";
import type { AppInfo, ConversationView, EndRules, FeedItem, NewConversation, Persona } from "../bindings";
import { toFailure, type Failure } from "../errors";
import { Acts } from "./acts";
import { Casts } from "./casts.svelte";
import { Companion } from "./companion.svelte";
import { Connections } from "./connections.svelte";
import { ConversationState } from "./conversation.svelte";
import { Conversations } from "./conversations.svelte";
import { Images } from "./images.svelte";
import { Feed } from "./feed.svelte";
import { Notices } from "./notices.svelte";
import { PreferencesState } from "./preferences.svelte";
import { Shelving } from "./shelving";

export type SettingsSection = "appearance" | "connections" | "companion" | "about";
export type Place = { view: "welcome" } | { view: "stage" } | { view: "settings"; section: SettingsSection };
/** Everything the window knows. One per window; components get it from the context. */
export class Chimera {
	phase = $state<"opening" | "ready" | "failed">("opening");
	failure = $state.raw<Failure>();
	info = $state.raw<AppInfo>();
	place = $state.raw<Place>({ view: "stage" });
	personas = $state.raw<Persona[]>([]);
	/** The conversation on stage. */
	conversation = $state.raw<ConversationState>();
	conversationFailure = $state.raw<Failure>();

	readonly notices = new Notices();
	readonly conversations: Conversations;
	readonly connections: Connections;
	readonly preferences: PreferencesState;
	readonly companion: Companion;
	readonly casts: Casts;
	readonly images: Images;
	readonly feed: Feed;
	/** What is done to the conversation on stage. */
	readonly acts: Acts;
	/** What is done to conversations of the list. */
	readonly shelving: Shelving;

	readonly backend: Backend;

	constructor(door: Backend) {
		const backend = oncePerClick(door);
		this.backend = backend;
		this.acts = new Acts(backend, this.notices, () => this.conversation);
		this.shelving = new Shelving(backend, this.notices);
		this.conversations = new Conversations(backend);
		this.connections = new Connections(backend);
		this.companion = new Companion(backend);
		this.casts = new Casts(backend, this.notices);
		this.images = new Images(backend);
		this.preferences = new PreferencesState(backend, (thrown) => this.notices.tell(toFailure(thrown).message, "danger"));
		this.feed = new Feed(backend, (item) => this.#hear(item));
	}

	async open() {
		this.phase = "opening";
		try {
			this.info = await this.backend.appInfo();
			this.preferences.load(this.info.preferences);
			this.companion.status = this.info.companion;
			// Listening comes before reading: what happens in between is heard twice rather than not at all.
			await this.feed.connect();
			await Promise.all([this.conversations.load(), this.connections.load(), this.loadPersonas()]);
			const latest = this.conversations.latest;
			this.place = { view: latest === undefined && this.conversations.failure === undefined ? "welcome" : "stage" };
			this.phase = "ready";
			if (latest) await this.show(latest.id);
		} catch (thrown) {
			this.failure = toFailure(thrown);
			this.phase = "failed";
		}
	}

	/** What ends a conversation of which nobody says more. */
	get endDefaults(): EndRules {
		// Nothing is laid before the window was told.
		return this.info?.end_defaults ?? {};
	}

	async loadPersonas() {
		this.personas = await this.backend.listPersonas();
	}

	/** What the window was told at its start may have changed since. */
	async lookAgain() {
		await this.notices.guard(async () => {
			this.info = await this.backend.appInfo();
			this.companion.status = this.info.companion;
		});
	}

	async lookAtKeyring() {
		const keyring = await this.backend.keyringStatus();
		if (this.info) this.info = { ...this.info, keyring };
	}

	/** Brings a conversation on stage. */
	async show(id: string) {
		this.place = { view: "stage" };
		if (this.conversation?.id === id && this.conversation.isOpen) return;
		const conversation = new ConversationState(id, {
			onGap: () => void this.feed.resync().catch(() => {}),
			onShape: () => void this.#lookAgain(conversation),
		});
		this.notices.withdraw();
		this.conversation = conversation;
		this.conversationFailure = undefined;
		try {
			conversation.open(await this.backend.getConversation(id));
		} catch (thrown) {
			if (this.conversation === conversation) this.conversationFailure = toFailure(thrown);
		}
	}

	/** Field errors are the dialog's to show: they are thrown. */
	async create(wanted: NewConversation) {
		await this.#enter(await this.backend.createConversation(wanted));
	}

	async startDemo() {
		await this.notices.guard(async () => this.#enter(await this.backend.startDemo()));
	}

	async togglePause() {
		if (this.conversation?.isReadOnly) return;
		const state = this.conversation?.view?.state;
		if (state === "running") await this.acts.wish("pause");
		else if (state === "paused") await this.acts.wish("resume");
	}

	/** On without whoever is asked or speaks, where there is anybody. */
	async skip() {
		const { conversation } = this;
		if (!conversation?.view || conversation.isReadOnly || this.place.view !== "stage") return;
		const { state } = conversation.view;
		const isAsked = conversation.turn !== null || (state === "running" && conversation.aside !== undefined);
		if (isAsked || state === "needs_attention") await this.acts.wish("skip");
	}

	leaveSettings() {
		this.place = { view: this.conversation || this.conversations.latest ? "stage" : "welcome" };
	}

	/** The window goes. */
	close() {
		this.feed.leave();
		this.conversations.stop();
	}

	async rename(id: string, title: string) {
		await this.notices.guard(() => this.backend.renameConversation(id, title));
	}

	async #enter(view: ConversationView) {
		this.conversations.add(view);
		// What was made stands in the list, not on the shelf that is looked at.
		if (this.conversations.shelf !== "current") void this.conversations.open("current");
		await this.show(view.id);
	}

	/** One at a time, so that an older view never comes after a newer one. */
	async #lookAgain(conversation: ConversationState) {
		if (!conversation.expect()) return;
		do {
			try {
				conversation.open(await this.backend.getConversation(conversation.id));
			} catch {
				// What is on the screen is what was heard; the next change of shape asks again.
				conversation.giveUp();
			}
		} while (conversation.isOutdated && this.conversation === conversation && conversation.expect());
	}

	#hear(item: FeedItem) {
		if (this.conversation && item.topic === `conversation:${this.conversation.id}`) this.conversation.apply(item);
		if (item.type === "event") {
			this.conversations.apply(item);
			this.connections.apply(item);
			this.casts.apply(item);
			if (item.event === "conversation.deleted" && item.data.conversation === this.conversation?.id) this.#leaveStage();
		}
	}

	/** What stood there is gone. */
	#leaveStage() {
		this.conversation = undefined;
		this.conversationFailure = undefined;
		const latest = this.conversations.latest;
		if (this.place.view !== "stage") return;
		if (latest) void this.show(latest.id);
		else this.place = { view: "welcome" };
	}
}

export const [chimera, provideChimera] = createContext<Chimera>();
