import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConversationSummary, HealthState, ProviderHealth } from "../bindings";
import { attemptFailed, attemptStarted, running, story } from "../../test/told";
import { Announcer } from "./announcer.svelte";
import { Connections } from "./connections.svelte";
import { Conversations } from "./conversations.svelte";
import { drafts, type Saying } from "./drafts";
import { Layout } from "./layout.svelte";
import { Notices } from "./notices.svelte";
import { PreferencesState } from "./preferences.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const row = (id: string, preview: string | null = null): ConversationSummary => ({
	id, preview, title: id, topic: "", state: "draft", participants: [], messages: 0, archived: false, trashed: false, created_at: "2026-11-22T10:00:00Z", updated_at: "2026-11-22T10:00:00Z",
});

describe("the list of conversations", () => {
	test("brings up what was started, and follows previews without changing the order", async () => {
		let rows = [row("a"), row("c1"), row("b")];
		const list = new Conversations({ listConversations: async () => ({ items: rows, next_cursor: null, counts: { current: 3, archived: 0, trashed: 0 } }) });
		await list.load();
		const [started] = story(running);

		if (started) list.apply(started);
		expect(list.items.map(({ id }) => id)).toEqual(["c1", "a", "b"]);

		rows = [row("b", "Poet: new"), row("a"), row("c1")];
		list.apply({ seq: 9, topic: "conversation:b", ts: "", event: "message.interrupted", data: { message: "m", turn: "t", text: "", cause: { why: "user" } } });
		await vi.advanceTimersByTimeAsync(1_500);
		expect(list.items.map(({ id, preview }) => [id, preview])).toEqual([["c1", null], ["a", null], ["b", "Poet: new"]]);
	});

	test("says why it is empty when it could not be read", async () => {
		const list = new Conversations({ listConversations: () => Promise.reject({ code: "storage", message: "no", field: null }) });

		await list.load();

		expect(list.failure?.code).toBe("storage");
		expect(list.isLoading).toBe(false);
	});
});

const facts = { modelFacts: async () => ({}), saidModelFacts: async () => [], setModelFacts: async () => ({}), clearModelFacts: async () => ({}) };

test("a connection's standing is that of its last call", () => {
	const none = async () => [];
	const connections = new Connections({ listConnections: none, listModels: none, providerHealth: none, addConnection: vi.fn(), removeConnection: vi.fn(), updateConnection: vi.fn(), keyFileState: vi.fn(), ...facts });

	for (const event of story(attemptStarted("a1", "t1"), attemptFailed("a1", "t1"))) connections.apply(event);

	expect(connections.lastCall("demo")).toMatchObject({ outcome: { outcome: "failed" }, status: 429 });
	expect(connections.lastCall("ollama")).toBeUndefined();
});

test("what was known before the window opened is asked for once", async () => {
	const limited: ProviderHealth = { connection: "ollama", model: null, state: "limited", until: null, because: "rate_limited", detail: null };
	const none = async () => [];
	const connections = new Connections({ listConnections: none, listModels: none, providerHealth: async () => [limited], addConnection: vi.fn(), removeConnection: vi.fn(), updateConnection: vi.fn(), keyFileState: vi.fn(), ...facts });

	await connections.load();

	expect(connections.trouble("ollama")).toEqual(limited);
});

test("a connection shows the worst that is known of it, until that is over", () => {
	const none = async () => [];
	const connections = new Connections({ listConnections: none, listModels: none, providerHealth: none, addConnection: vi.fn(), removeConnection: vi.fn(), updateConnection: vi.fn(), keyFileState: vi.fn(), ...facts });
	const told = (model: string | null, state: HealthState, seq: number) =>
		connections.apply({
			seq,
			topic: "providers",
			ts: "2026-11-22T19:46:22.101Z",
			event: "provider.health",
			data: { connection: "ollama", model, state, until: null, because: "rate_limited", detail: null },
		});

	told("small", "limited", 1);
	told("big", "down", 2);
	expect(connections.trouble("ollama")).toMatchObject({ model: "big", state: "down" });
	told("big", "healthy", 3);
	expect(connections.trouble("ollama")).toMatchObject({ model: "small", state: "limited" });
	told("small", "healthy", 4);
	expect(connections.trouble("ollama")).toBeUndefined();
	expect(connections.trouble("demo")).toBeUndefined();
});

test("a limit is over when its time has come, which nobody says", () => {
	const none = async () => [];
	const connections = new Connections({ listConnections: none, listModels: none, providerHealth: none, addConnection: vi.fn(), removeConnection: vi.fn(), updateConnection: vi.fn(), keyFileState: vi.fn(), ...facts });
	const until = "2026-11-22T20:00:00.000Z";
	const data: ProviderHealth = { connection: "ollama", model: "small", state: "limited", until, because: "rate_limited", detail: null };
	connections.apply({ seq: 1, topic: "providers", ts: "2026-11-22T19:46:22.101Z", event: "provider.health", data });
	const then = Date.parse(until);

	expect(connections.trouble("ollama", then - 1)).toEqual(data);
	expect(connections.isAnyLimited(then - 1)).toBe(true);
	expect(connections.trouble("ollama", then)).toBeUndefined();
	expect(connections.isAnyLimited(then)).toBe(false);
});

test("what the last call came to says nothing about another key", async () => {
	const none = async () => [];
	const updateConnection = vi.fn().mockResolvedValue({});
	const connections = new Connections({ listConnections: none, listModels: none, providerHealth: none, addConnection: vi.fn(), removeConnection: vi.fn(), updateConnection, keyFileState: vi.fn(), ...facts });
	for (const event of story(attemptStarted("a1", "t1"), attemptFailed("a1", "t1"))) connections.apply(event);

	await connections.update("demo", { key: "another" });

	expect(connections.lastCall("demo")).toBeUndefined();
});

test("preferences are shown at once and kept in the order in which they were said", async () => {
	const kept: number[] = [];
	const state = new PreferencesState({ setPreferences: async ({ text_scale }) => (kept.push(text_scale), null) }, () => {});

	void state.resize(1);
	void state.resize(1);
	await state.resize(0);

	expect(state.current.text_scale).toBe(100);
	expect(kept).toEqual([110, 125, 100]);
});

test("a preference that could not be kept is told of, and the next one is tried all the same", async () => {
	const failures: unknown[] = [];
	const setPreferences = vi.fn().mockRejectedValueOnce("full").mockResolvedValue(null);
	const state = new PreferencesState({ setPreferences }, (thrown) => failures.push(thrown));

	await state.setTheme("dark");
	await state.setTheme("light");

	expect(failures).toEqual(["full"]);
	expect(setPreferences).toHaveBeenCalledTimes(2);
});

test("announcements come at most once in two seconds, and what waits is said together", async () => {
	const announcer = new Announcer();

	announcer.say("Sceptic is writing");
	announcer.say("Sceptic has finished, 84 words");
	announcer.say("Poet is writing");

	expect(announcer.said).toBe("Sceptic is writing");
	await vi.advanceTimersByTimeAsync(2_000);
	expect(announcer.said).toBe("Sceptic has finished, 84 words. Poet is writing");
});

test("a failure is told and given back", async () => {
	const notices = new Notices();

	const result = await notices.guard(() => Promise.reject({ code: "wrong_state", message: "it has ended", field: null }));

	expect(result).toEqual({ failure: { code: "wrong_state", message: "it has ended", field: null } });
	expect(notices.list.map(({ text, tone }) => [text, tone])).toEqual([["It has ended.", "danger"]]);
});

test("a draft outlives its composer and goes when it is sent", () => {
	drafts.keep("c1", "half a thought");
	expect(drafts.read("c1")).toBe("half a thought");

	drafts.keep("c1", "");
	expect(drafts.read("c1")).toBe("");
});

test("an image alone that was said can be said once more", () => {
	const picture: Saying = { text: "", when: "after", to: [], images: [{ digest: "d", alt: null }] };
	const key = drafts.key("c1", picture);

	drafts.said("c1");

	expect(drafts.key("c1", picture)).not.toBe(key);
});

describe("the key that a draft is sent under", () => {
	const saying = (text: string, more: Partial<Saying> = {}): Saying => ({ text, when: "after", to: [], images: [], ...more });

	test("is the same as long as the same is sent", () => {
		drafts.keep("c1", "Once. ");
		const key = drafts.key("c1", saying("Once."));

		drafts.keep("c1", "Once.");

		expect(drafts.key("c1", saying("Once."))).toBe(key);
		expect(key).toMatch(/^[0-9a-f]{32}$/);
		expect(drafts.key("c2", saying("Once."))).not.toBe(key);
	});

	test("is kept with those who were to hear it", () => {
		drafts.keep("c1", "Psst.");
		drafts.key("c1", saying("Psst.", { to: ["p1"] }));

		expect(drafts.audience("c1")).toEqual(["p1"]);
		drafts.keep("c1", "");
		expect(drafts.audience("c1")).toEqual([]);
	});

	test.each(['{"key": "k", "say', "7", "null", '{"key": "k"}', '{"key": "k", "saying": {"text": 7}}', '{"key": "k", "saying": {"text": "", "when": "after", "to": [7], "images": []}}'])(
		"is a new one where %s lies in its place",
		(broken) => {
			localStorage.setItem("sent:c1", broken);

			expect(drafts.audience("c1")).toEqual([]);
			drafts.keep("c1", "Once.");
			expect(drafts.key("c1", saying("Once."))).toMatch(/^[0-9a-f]{32}$/);
		},
	);

	test.each<[string, Saying]>([
		["other words", saying("Twice.")],
		["another time", saying("Once.", { when: "now" })],
		["others who hear it", saying("Once.", { to: ["p1"] })],
		["an image", saying("Once.", { images: [{ digest: "d", alt: null }] })],
	])("is another for %s", (_, other) => {
		const key = drafts.key("c1", saying("Once."));

		expect(drafts.key("c1", other)).not.toBe(key);
	});

	test.each([["was taken", ""], ["was written anew", "Onc"]])("is another for the same words when the draft %s", (_, between) => {
		drafts.keep("c1", "Once.");
		const key = drafts.key("c1", saying("Once."));

		drafts.keep("c1", between);
		drafts.keep("c1", "Once.");

		expect(drafts.key("c1", saying("Once."))).not.toBe(key);
	});
});

test("larger letters make a window narrower", () => {
	let scale = $state(100);
	const layout = new Layout(() => scale);
	layout.resize(1360, 860);
	expect(layout.width).toBe("wide");

	scale = 200;

	expect(layout.width).toBe("narrow");
	expect(layout.isLow).toBe(true);
	expect([layout.hasRoomFor("sidebar"), layout.hasRoomFor("inspector")]).toEqual([false, false]);
});
