import { SvelteMap } from "svelte/reactivity";
import type { Backend } from "../backend/backend";
import type {
	AttemptOutcome,
	ConnectionChanges,
	ConnectionId,
	ConnectionView,
	Event,
	HealthState,
	KeyFileState,
	ModelInfo,
	NewConnection,
	ProviderHealth,
} from "../bindings";
import { toFailure, type Failure } from "../errors";

/** What the last call to a connection came to, since the window was opened. */
export interface LastCall {
	outcome: AttemptOutcome;
	at: string;
}

/** States in which a model is not asked, the worst first. */
const troubles: HealthState[] = ["off", "down", "probing", "limited"];

type ModelList = { models: ModelInfo[] } | { failure: Failure } | "loading";

/** The configured providers, and what is known of them without asking anything that costs money. */
export class Connections {
	items = $state.raw<ConnectionView[]>([]);
	isLoading = $state(true);
	failure = $state.raw<Failure>();
	/** The file of keys, once somebody wanted to know. */
	keyFile = $state<KeyFileState>();
	#health = new SvelteMap<string, ProviderHealth>();
	#lastCalls = new SvelteMap<ConnectionId, LastCall>();
	#models = new SvelteMap<ConnectionId, ModelList>();
	/** Which connection an attempt under way is with. */
	#asked = new Map<string, ConnectionId>();

	constructor(
		readonly backend: Pick<
			Backend,
			| "listConnections"
			| "addConnection"
			| "updateConnection"
			| "removeConnection"
			| "listModels"
			| "providerHealth"
			| "keyFileState"
		>,
	) {}

	async load() {
		try {
			const [items, health] = await Promise.all([this.backend.listConnections(), this.backend.providerHealth()]);
			this.items = items;
			for (const standing of health) this.#learn(standing);
			this.failure = undefined;
		} catch (thrown) {
			this.failure = toFailure(thrown);
		} finally {
			this.isLoading = false;
		}
	}

	/** Field errors are the form's to show: they are thrown. */
	async add(connection: NewConnection): Promise<ConnectionView> {
		const added = await this.backend.addConnection(connection);
		await this.load();
		return added;
	}

	/** Field errors are thrown here, too. Another server or key may offer other models. */
	async update(id: ConnectionId, changes: ConnectionChanges): Promise<ConnectionView> {
		const changed = await this.backend.updateConnection(id, changes);
		this.#models.delete(id);
		await this.load();
		return changed;
	}

	/** Where it cannot be asked, it is not offered. */
	async lookAtKeyFile() {
		this.keyFile = await this.backend.keyFileState().catch(() => undefined);
	}

	async remove(id: ConnectionId) {
		await this.backend.removeConnection(id);
		this.#models.delete(id);
		for (const [key, { connection }] of [...this.#health]) if (connection === id) this.#health.delete(key);
		await this.load();
	}

	lastCall(id: ConnectionId): LastCall | undefined {
		return this.#lastCalls.get(id);
	}

	/** The worst that is known of a connection or one of its models; none when all is well, or nothing is known. */
	trouble(id: ConnectionId): ProviderHealth | undefined {
		const known = [...this.#health.values()].filter(({ connection }) => connection === id);
		return troubles.map((state) => known.find((health) => health.state === state)).find((health) => health !== undefined);
	}

	models(id: ConnectionId): ModelList | undefined {
		return this.#models.get(id);
	}

	async loadModels(id: ConnectionId) {
		this.#models.set(id, "loading");
		try {
			this.#models.set(id, { models: await this.backend.listModels(id) });
		} catch (thrown) {
			this.#models.set(id, { failure: toFailure(thrown) });
		}
	}

	/** Asks for the models that nobody has asked for yet. */
	loadAllModels() {
		for (const { connection } of this.items) if (this.models(connection.id) === undefined) void this.loadModels(connection.id);
	}

	#learn(standing: ProviderHealth) {
		this.#health.set(`${standing.connection}/${standing.model ?? ""}`, standing);
	}

	apply(event: Event) {
		switch (event.event) {
			case "attempt.started":
				this.#asked.set(event.data.attempt, event.data.model.connection);
				break;
			case "attempt.ended": {
				const connection = this.#asked.get(event.data.attempt);
				this.#asked.delete(event.data.attempt);
				if (connection && event.data.outcome.outcome !== "cancelled" && event.data.outcome.outcome !== "skipped") {
					this.#lastCalls.set(connection, { outcome: event.data.outcome, at: event.ts });
				}
				break;
			}
			case "provider.health":
				this.#learn(event.data);
				break;
			case "connection.added":
			case "connection.changed":
			case "connection.removed":
				void this.load();
				break;
		}
	}
}
