import type {
	AppInfo,
	ConnectionView,
	ConversationSummary,
	ConversationView,
	EventKind,
	NewConversation,
	Preferences,
	TokenInfo,
} from "../../bindings";
import type { Backend } from "../backend";
import { shelfOf } from "../../state/conversations.svelte";
import { Actor, type Pace } from "./actor";
import { FakeDesk, refuseCalls } from "./desk";
import { FakeLog } from "./log";
import { refuse } from "./refuse";
import { personas } from "./voices";

const DEMO: ConnectionView = {
	connection: { id: "demo", kind: "demo", name: "Demo voices", base_url: null, local: true, key: "none" },
	key: "none",
};

/** Chimera without Rust: scripted voices and a log in memory, for tests and for a plain browser. */
export class FakeBackend extends FakeDesk implements Backend {
	readonly log = new FakeLog();
	connections: ConnectionView[] = [DEMO];
	issued: TokenInfo[] = [];
	opened: string[] = [];
	info: AppInfo;
	/** What was said under which key. */
	#said = new Map<string, { request: string; message: string }>();
	#actors = new Map<string, Actor>();

	constructor(
		readonly pace: Pace = { think: 900, word: 55 },
		public now: () => number = Date.now,
	) {
		super();
		this.info = {
			version: "0.1.0",
			data_dir: "/home/ada/.local/share/chimera",
			keyring: { state: "ready", backend: "GNOME Keyring", detail: null },
			preferences: { theme: "system", sidebar_open: true, inspector_open: true, text_scale: 100, record_all: false },
			companion: { enabled: false, url: null, port: null, clients: 0 },
			end_defaults: { turns: null, turns_per_participant: null, turns_without_user: 20, minutes: 10, tokens: 200_000, money: 1_000_000_000, unpriced: "allow", phrase: null, loops: true },
		};
	}

	appInfo: Backend["appInfo"] = async () => this.info;
	keyringStatus = async () => this.info.keyring;

	setPreferences = async (preferences: Preferences) => {
		this.info = { ...this.info, preferences };
		return null;
	};

	listConversations: Backend["listConversations"] = async (shelf, cursor, limit) => {
		const every = [...this.log.views.values()].sort((one, other) => other.updated_at.localeCompare(one.updated_at)).map(summary);
		const counts = { current: 0, archived: 0, trashed: 0 };
		for (const item of every) counts[shelfOf(item)] += 1;
		const all = every.filter((item) => shelf === "all" || shelfOf(item) === shelf);
		const start = Number(cursor ?? 0);
		const next_cursor = start + limit < all.length ? String(start + limit) : null;
		return { items: all.slice(start, start + limit), next_cursor, counts };
	};

	getConversation = async (id: string) => {
		const view = this.#view(id);
		const writing = this.actor(id).writing;
		const messages = view.messages.map((message) => (message.id === writing?.message ? { ...message, text: writing.text } : message));
		return { ...view, messages };
	};

	createConversation = async (wanted: NewConversation) => {
		if (wanted.topic.trim() === "") throw refuse("invalid", "topic is empty: write something", "topic");
		if (wanted.participants.length === 0) {
			throw refuse("invalid", "nobody is at the table: add at least one participant", "participants");
		}
		if (wanted.policy === "moderator" && !wanted.moderator) {
			throw refuse("invalid", "moderator is missing: say which seat or which model is asked", "moderator");
		}
		if (wanted.end?.money != null && wanted.end.money <= 0) {
			throw refuse("invalid", "end.money is 0: choose more than nothing", "end.money");
		}
		const participants = wanted.participants.map((seat, place) => this.seat(seat, `participants[${place}]`));
		const asked = wanted.moderator?.by === "seat" ? participants[wanted.moderator.seat] : undefined;
		const id = this.log.id("conversation");
		this.log.record(`conversation:${id}`, this.now(), {
			event: "conversation.created",
			data: {
				title: wanted.title || wanted.topic.slice(0, 60),
				topic: wanted.topic,
				participants,
				policy: wanted.policy ?? "balanced",
				end: wanted.end ?? { turns: 20 },
				...(wanted.fallback && { fallback: wanted.fallback }),
				...(wanted.summary && { summary: wanted.summary }),
				...(wanted.stall_after_s && { stall_after_s: wanted.stall_after_s }),
				moderator: wanted.moderator?.by === "model" ? wanted.moderator : asked ? { by: "participant", participant: asked.id } : null,
				seed: wanted.seed ?? 1,
			},
		});
		return this.getConversation(id);
	};

	conversationUsage: Backend["conversationUsage"] = async (id) => {
		const { spent } = await this.getConversation(id);
		return { conversation: id, total: spent, participants: [], asides: [], models: [] };
	};

	startConversation = async (id: string) => this.#do(() => this.actor(id).begin());
	resumeConversation = async (id: string) => this.#do(() => this.actor(id).begin());
	pauseConversation = async (id: string) => this.#do(() => this.actor(id).pause());
	stepConversation = async (id: string) => this.#do(() => this.actor(id).begin(true));
	stopConversation = async (id: string) => this.#do(() => this.actor(id).stop());
	continueFrom: Backend["continueFrom"] = async (id, message) => {
		const { messages } = await this.getConversation(id);
		if (messages.at(-1)?.id !== message) await this.branchConversation(id, message, null);
		return this.#do(() => this.actor(id).begin());
	};
	retryTurn: Backend["retryTurn"] = async (id, route) => {
		const [model] = route;
		if (model?.model === "unknown") throw refuse("invalid", "this connection has no such model", "route[0].model");
		return this.#do(() => this.actor(id).retry(model));
	};
	skipTurn = async (id: string) => this.#do(() => this.actor(id).skip());

	nudgeParticipant = async (id: string, participant: string) => this.#do(() => this.actor(id).nudge(participant));
	say: Backend["say"] = async (id, text, when, to, images, key) => {
		const request = JSON.stringify([id, text, when, to, images]);
		const done = this.#said.get(key);
		if (done?.request === request) return done.message;
		if (done) throw refuse("idempotency_key_reused", "this idempotency key was used for another request: choose a new one for each", "idempotency_key");
		if (text.trim() === "" && images.length === 0) throw refuse("invalid", "text is empty: write something", "text");
		const message = this.userSays(id, text, to, this.shown(images));
		this.#said.set(key, { request, message });
		return message;
	};

	renameConversation = async (id: string, title: string) =>
		this.#do(() => this.log.record(`conversation:${id}`, this.now(), { event: "conversation.renamed", data: { title } }));

	archiveConversation = async (id: string) =>
		this.#do(() => {
			if (this.#view(id).state === "running") this.actor(id).pause();
			if (!this.#view(id).archived) this.#tell(id, { event: "conversation.archived", data: {} });
		});
	unarchiveConversation = async (id: string) => this.#do(() => this.#view(id).archived && this.#tell(id, { event: "conversation.unarchived", data: {} }));
	trashConversation = async (id: string) =>
		this.#do(() => {
			if (this.#view(id).state === "running") this.actor(id).stop();
			if (!this.#view(id).trashed) this.#tell(id, { event: "conversation.trashed", data: {} });
		});
	restoreConversation = async (id: string) => this.#do(() => this.#view(id).trashed && this.#tell(id, { event: "conversation.restored", data: {} }));

	deleteConversation = async (id: string) => {
		if (!this.#view(id).trashed) throw refuse("wrong_state", "only what is in the trash can be deleted for good; move it there first");
		this.log.views.delete(`conversation:${id}`);
		return this.#do(() => this.log.record("library", this.now(), { event: "conversation.deleted", data: { conversation: id } }));
	};

	emptyTrash = async () => {
		const trashed = [...this.log.views.values()].filter((view) => view.trashed);
		for (const { id } of trashed) await this.deleteConversation(id);
		return { deleted: trashed.length };
	};

	#view(id: string): ConversationView {
		const view = this.log.views.get(`conversation:${id}`);
		if (!view) throw refuse("conversation_not_found", `there is no conversation ${id}`);
		return view;
	}

	#tell(id: string, kind: EventKind) {
		this.log.record(`conversation:${id}`, this.now(), kind);
	}

	startDemo = async () => {
		const seats = [["sceptic", "sceptic"], ["poet", "poet!rate-limit@1", "poet"], ["engineer", "engineer"]];
		const view = await this.createConversation({
			topic: "If every plank of a ship is replaced over ten years, is it still the same ship?",
			title: "The ship of Theseus",
			participants: seats.map(([persona, ...models]) => ({
				persona,
				route: models.map((model) => ({ connection: "demo", model })),
			})),
			end: { turns: 9 },
		});
		this.actor(view.id).begin();
		return this.getConversation(view.id);
	};

	listPersonas = async () => personas;
	listConnections = async () => this.connections;
	providerHealth = async () => [];

	addConnection: Backend["addConnection"] = async (wanted) => {
		if (wanted.base_url && !/^https?:\/\//.test(wanted.base_url)) {
			throw refuse("invalid", "the address should begin with http:// or https://", "base_url");
		}
		refuseCalls(wanted.limits);
		const id = wanted.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
		const key = wanted.key ? (wanted.key_storage ?? "keyring") : "none";
		const { kind, name, base_url, limits } = wanted;
		const added: ConnectionView = { connection: { id, kind, name, base_url, local: wanted.local ?? false, key, ...(limits && { limits }) }, key };
		this.connections = [...this.connections, added];
		this.log.record("providers", this.now(), { event: "connection.added", data: { connection: added.connection } });
		return added;
	};

	removeConnection = async (id: string) => {
		this.connections = this.connections.filter((view) => view.connection.id !== id);
		return this.#do(() => this.log.record("providers", this.now(), { event: "connection.removed", data: { connection: id } }));
	};

	listModels: Backend["listModels"] = async (connection) =>
		connection === "demo"
			? personas.map(({ id, name }) => ({ id, label: name, context_tokens: null, chats: true, facts: {} }))
			: ["llama3.2:3b", "qwen3:8b", "mistral-small:24b"].map((id) => ({ id, label: id, context_tokens: 32_768, chats: true, facts: { context_tokens: 32_768 } }));

	setCompanion = async (enabled: boolean) => {
		const companion = { enabled, url: enabled ? "http://127.0.0.1:7171" : null, port: enabled ? 7171 : null, clients: 0 };
		this.info = { ...this.info, companion };
		return companion;
	};

	createToken: Backend["createToken"] = async (name, scopes) => {
		if (name.trim() === "") throw refuse("invalid", "name is empty: write something", "name");
		const id = this.issued.length + 1;
		const created_at = new Date(this.now()).toISOString();
		this.issued = [...this.issued, { id, name, scopes, created_at, last_used_at: null, client: null }];
		return { id, token: `chimera_${"s3cr3t".repeat(5)}${id}` };
	};

	listTokens = async () => this.issued;
	revokeToken = async (id: number) => this.#do(() => (this.issued = this.issued.filter((token) => token.id !== id)));
	openLink = async (url: string) => this.#do(() => this.opened.push(url));

	subscribe: Backend["subscribe"] = async (after, deliver) => {
		const unfinished = [...this.#actors.values()].flatMap((actor) =>
			actor.writing ? [{ type: "snapshot" as const, topic: actor.topic, ...actor.writing }] : [],
		);
		return this.log.listen(after, deliver, unfinished);
	};

	actor(id: string): Actor {
		const topic = `conversation:${id}`;
		const known = this.#actors.get(topic);
		if (known) return known;
		const actor = new Actor(this.log, topic, this.pace);
		this.#actors.set(topic, actor);
		return actor;
	}

	async #do(work: () => unknown): Promise<null> {
		work();
		return null;
	}
}

function summary(view: ConversationView): ConversationSummary {
	const { id, title, topic, state, archived, trashed, created_at, updated_at } = view;
	const last = view.messages.findLast((message) => message.status !== "streaming");
	const author = last?.author;
	const name = author?.kind === "participant" ? view.participants.find(({ id }) => id === author.participant)?.name : "You";
	return {
		id, title, topic, state, archived, trashed, created_at, updated_at,
		participants: view.participants.map(({ name, hue }) => ({ name, hue })),
		messages: view.messages.length,
		preview: last ? `${name}: ${last.text.slice(0, 120)}` : null,
	};
}
