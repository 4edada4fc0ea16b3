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
	ModelFacts,
	ModelInfo,
	ModelRef,
	NewConnection,
	NewModelFacts,
	ProviderHealth,
} from "../bindings";
import { toFailure, type Failure } from "../errors";
import { modelName } from "../words";

/** What the last call to a connection came to, since the window was opened. */
export interface LastCall {
	outcome: AttemptOutcome;
	status: number | null;
	at: string;
}

/** States in which a model is not asked, the worst first. */
const troubles: HealthState[] = ["off", "down", "probing", "limited"];

/** Nobody says that a limit is over. */
const isOver = ({ state, until }: ProviderHealth, now: number) => state === "limited" && until !== null && Date.parse(until) <= now;

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
	/** What the user says of models, against all lists. */
	#said = new SvelteMap<string, ModelFacts>();
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
			| "modelFacts"
			| "saidModelFacts"
			| "setModelFacts"
			| "clearModelFacts"
		>,
	) {}

	async load() {
		try {
			const [items, health, said] = await Promise.all([this.backend.listConnections(), this.backend.providerHealth(), this.backend.saidModelFacts()]);
			this.items = items;
			this.#said.clear();
			for (const [model, facts] of said) this.#said.set(modelName(model), facts);
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
		// What came of the last call came of another server or key.
		if (typeof (changes.key ?? changes.base_url) === "string") this.#lastCalls.delete(id);
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
		this.#lastCalls.delete(id);
		for (const [key, { connection }] of [...this.#health]) if (connection === id) this.#health.delete(key);
		await this.load();
	}

	lastCall(id: ConnectionId): LastCall | undefined {
		return this.#lastCalls.get(id);
	}

	/** Whether there is a limit whose time will come: of that it is only the clock that tells. */
	isAnyLimited(now: number): boolean {
		return [...this.#health.values()].some((health) => health.state === "limited" && !isOver(health, now));
	}

	/** The worst that is known of a connection or one of its models; none when all is well, or nothing is known. */
	trouble(id: ConnectionId, now = Date.now()): ProviderHealth | undefined {
		const known = [...this.#health.values()].filter((health) => health.connection === id && !isOver(health, now));
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

	/** What the user says of a model; none when it is left to the lists. */
	said(model: ModelRef): ModelFacts | undefined {
		return this.#said.get(modelName(model));
	}

	/** The user corrects the lists. Field errors are the form's to show: they are thrown. */
	async say(model: ModelRef, facts: NewModelFacts) {
		this.#known(model, await this.backend.setModelFacts(model, facts));
	}

	/** The lists count again. */
	async unsay(model: ModelRef) {
		this.#known(model, await this.backend.clearModelFacts(model));
	}

	/** What is known of it now stands in its list. */
	#known({ connection, model }: ModelRef, facts: ModelFacts) {
		const list = this.#models.get(connection);
		if (list === undefined || list === "loading" || "failure" in list) return;
		const models = list.models.map((one) => (one.id === model ? { ...one, facts, context_tokens: facts.context_tokens ?? null } : one));
		this.#models.set(connection, { models });
	}

	/** Asks for the models that nobody has asked for yet. */
	loadAllModels() {
		for (const { connection } of this.items) if (this.models(connection.id) === undefined) void this.loadModels(connection.id);
	}

	/** Others may have said it: what counts now is asked. */
	async #askFacts(model: ModelRef) {
		const facts = await this.backend.modelFacts(model).catch(() => undefined);
		if (facts) this.#known(model, facts);
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
					this.#lastCalls.set(connection, { outcome: event.data.outcome, status: event.data.status ?? null, at: event.ts });
				}
				break;
			}
			case "provider.health":
				this.#learn(event.data);
				break;
			case "model.facts_set":
				this.#said.set(modelName(event.data.model), event.data.facts);
				void this.#askFacts(event.data.model);
				break;
			case "model.facts_cleared":
				this.#said.delete(modelName(event.data.model));
				void this.#askFacts(event.data.model);
				break;
			case "connection.added":
			case "connection.changed":
			case "connection.removed":
				void this.load();
				break;
		}
	}
}
