import type { Attachment, ConnectionLimits, ConnectionTest, ConnectionView, ImageRef, KeyFileState, LocalServerFound, ModelFacts, ModelRef } from "../../bindings";
import type { Backend } from "../backend";
import { FakeCast } from "./cast";
import { refuse } from "./refuse";

const FEWEST_PASSPHRASE_CHARS = 8;

/** Connections, what is known of their models, and the file of keys, in memory. */
export abstract class FakeDesk extends FakeCast {
	abstract connections: ConnectionView[];
	/** What a test of any connection comes to. */
	tested: ConnectionTest = { reachable: true, authorized: true, models: 3, latency_ms: 12, problem: null };
	/** The model servers of this computer. */
	listening: LocalServerFound[] = [];
	#facts = new Map<string, ModelFacts>();
	#keyFile: { state: KeyFileState; passphrase: string } = { state: "absent", passphrase: "" };

	#images = new Map<string, { image: ImageRef; data: string }>();

	attachImage: Backend["attachImage"] = async (data) => {
		if (!data.startsWith("iVBOR")) throw refuse("invalid", "this is no image: take a PNG, JPEG, WebP or GIF", "image");
		const digest = [...data].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) >>> 0, 7).toString(16).padStart(64, "0");
		const image: ImageRef = { digest, media_type: "image/png", bytes: Math.floor((data.length * 3) / 4), width: 640, height: 480 };
		this.#images.set(digest, { image, data });
		return image;
	};

	imageData: Backend["imageData"] = async (digest) => {
		const kept = this.#images.get(digest);
		if (!kept) throw refuse("image_not_found", "there is no such image");
		return kept.data;
	};

	/** The images of a message, as they are recorded. */
	shown(attachments: Attachment[]): ImageRef[] {
		return attachments.flatMap(({ digest, alt }) => {
			const kept = this.#images.get(digest);
			return kept ? [{ ...kept.image, ...(alt && { alt }) }] : [];
		});
	}

	modelFacts: Backend["modelFacts"] = async (model) => this.#facts.get(name(model)) ?? {};

	setModelFacts: Backend["setModelFacts"] = async (model, { price, ...said }) => {
		const as_of = new Date(this.now()).toISOString().slice(0, 10);
		const facts: ModelFacts = { ...said, price: price ? { cached_input: null, ...price, as_of, source: "user" } : null };
		this.#facts.set(name(model), facts);
		this.log.record("providers", this.now(), { event: "model.facts_set", data: { model, facts } });
		return facts;
	};

	saidModelFacts: Backend["saidModelFacts"] = async () =>
		[...this.#facts].map(([key, facts]) => {
			const [connection = "", ...model] = key.split("/");
			return [{ connection, model: model.join("/") }, facts];
		});

	clearModelFacts: Backend["clearModelFacts"] = async (model) => {
		this.#facts.delete(name(model));
		this.log.record("providers", this.now(), { event: "model.facts_cleared", data: { model } });
		return {};
	};

	updateConnection: Backend["updateConnection"] = async (id, { key, key_storage, ...changes }) => {
		const known = this.connections.find(({ connection }) => connection.id === id);
		if (!known) throw refuse("connection_not_found", `there is no connection \`${id}\``);
		refuseCalls(changes.limits);
		const told = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null && value !== undefined));
		if (changes.base_url && known.key !== "none" && !key && new URL(changes.base_url).origin !== new URL(known.connection.base_url ?? "").origin) {
			throw refuse("invalid", "this is another server: give its key. The one that is kept was given for the old one only", "key");
		}
		const state = key === "" ? "none" : (key_storage ?? (key ? "keyring" : known.key));
		const changed: ConnectionView = { connection: { ...known.connection, ...told, key: state === "none" ? "none" : (key_storage ?? known.connection.key) }, key: state };
		this.connections = this.connections.map((view) => (view === known ? changed : view));
		this.log.record("providers", this.now(), { event: "connection.changed", data: { connection: changed.connection } });
		return changed;
	};

	testConnection: Backend["testConnection"] = async () => this.tested;
	testNewConnection: Backend["testNewConnection"] = async () => this.tested;
	usualLimits: Backend["usualLimits"] = async (_kind, baseUrl, local) =>
		local || baseUrl?.includes("127.0.0.1")
			? { calls_at_once: 2, shares_calls: false, first_token_s: 300, idle_s: 120, no_progress_s: 180, total_s: 900 }
			: { calls_at_once: 16, shares_calls: true, first_token_s: 30, idle_s: 60, no_progress_s: 180, total_s: 900 };
	detectLocalServers: Backend["detectLocalServers"] = async () => this.listening;

	keyFileState: Backend["keyFileState"] = async () => this.#keyFile.state;

	createKeyFile: Backend["createKeyFile"] = async (passphrase) => {
		if (passphrase.length < FEWEST_PASSPHRASE_CHARS) throw refuse("invalid", "the passphrase is too short: give 8 characters or more", "passphrase");
		this.#keyFile = { state: "open", passphrase };
		return null;
	};

	unlockKeyFile: Backend["unlockKeyFile"] = async (passphrase) => {
		if (passphrase !== this.#keyFile.passphrase) throw refuse("wrong_passphrase", "this passphrase does not open the file of keys", "passphrase");
		this.#keyFile.state = "open";
		return null;
	};

	changeKeyFilePassphrase: Backend["changeKeyFilePassphrase"] = async (old, passphrase) => {
		await this.unlockKeyFile(old);
		return this.createKeyFile(passphrase);
	};

	lockKeyFile: Backend["lockKeyFile"] = async () => {
		if (this.#keyFile.state === "open") this.#keyFile.state = "locked";
		return null;
	};
}

/** One of the limits, as Rust refuses it. */
export function refuseCalls(limits: ConnectionLimits | null | undefined) {
	const calls = limits?.calls_at_once;
	if (calls != null && (calls < 1 || calls > 256)) throw refuse("invalid", "give a number of calls from 1 to 256, or none for what is usual", "limits.calls_at_once");
}

const name = ({ connection, model }: ModelRef) => `${connection}/${model}`;
