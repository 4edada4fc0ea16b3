import type { Choice, EventKind, ModelRef, NewParticipant } from "../../bindings";
import type { FakeBackend } from "./fake";
import { refuse } from "./refuse";
import { lines, personas } from "./voices";

const MINUTE = 60_000;
const model = (name: string): ModelRef => ({ connection: "demo", model: name });
const seat = (persona: string, ...models: string[]): NewParticipant => ({ persona, route: (models.length ? models : [persona]).map(model) });

/** What has happened before the window opens. */
export async function played(fake: FakeBackend, scene: string, messages: number) {
	if (scene === "first") return;
	if (scene === "broken") {
		fake.appInfo = () => Promise.reject(refuse("data_folder_in_use", "another Chimera has this data folder open: close it and try again"));
		return;
	}
	await history(fake);
	switch (scene) {
		case "running":
			return running(fake);
		case "ended":
			return ended(fake);
		case "long":
			return long(fake, messages);
		case "attention":
			return attention(fake);
		case "cut":
			return cut(fake);
		case "flood":
			return flood(fake);
	}
}

async function history(fake: FakeBackend) {
	fake.connections = [
		...fake.connections,
		{ connection: { id: "ollama", kind: "compatible", name: "Ollama", base_url: "http://127.0.0.1:11434/v1", local: true, key: "none" }, key: "none" },
	];
	const older: [string, string, number, string[]][] = [
		["Interview practice", "Ask me the questions I am afraid of.", 4 * 1440, ["host", "sceptic"]],
		["Trip to Kraków", "Two days, no museums. What would you do?", 2 * 1440, ["poet", "historian"]],
		["Rust or Zig for the parser", "Which of the two would you still like in five years?", 200, ["engineer", "sceptic", "optimist"]],
	];
	for (const [title, topic, minutes, cast] of older) {
		const id = await talk(fake, title, topic, minutes, cast.map((name) => seat(name)));
		for (const name of cast) say(fake, id, minutes, name);
		state(fake, id, minutes, "completed");
	}
}

async function running(fake: FakeBackend) {
	const cast = [seat("sceptic"), seat("poet", "poet!rate-limit@1", "poet"), seat("engineer")];
	const id = await talk(fake, "The ship of Theseus", "If every plank of a ship is replaced over ten years, is it still the same ship?", 4, cast);
	state(fake, id, 4, "running");
	say(fake, id, 3, "sceptic");
	say(fake, id, 2.5, "poet");
	you(fake, id, 2, "@Engineer, where does the analogy with software break?");
	say(fake, id, 1.5, "engineer");
	fake.actor(id).resumeAfter(3);
}

async function ended(fake: FakeBackend) {
	const cast = [seat("sceptic"), seat("poet"), seat("engineer")];
	const id = await talk(fake, "The ship of Theseus", "If every plank of a ship is replaced over ten years, is it still the same ship?", 4, cast);
	you(fake, id, 3, "Is it the same ship?");
	for (const name of ["sceptic", "poet", "engineer"]) say(fake, id, 2, name);
	state(fake, id, 1, "completed");
}

async function attention(fake: FakeBackend) {
	const cast = [seat("sceptic"), seat("poet", "poet!rate-limit", "poet!overloaded")];
	const id = await talk(fake, "What is a promise?", "Can one promise something to oneself?", 4, cast);
	say(fake, id, 3, "sceptic");
	fake.actor(id).resumeAfter(1);
}

async function cut(fake: FakeBackend) {
	const cast = [seat("sceptic"), seat("poet", "poet!cut"), seat("engineer")];
	const id = await talk(fake, "The ship of Theseus", "If every plank of a ship is replaced over ten years, is it still the same ship?", 4, cast);
	say(fake, id, 3, "sceptic");
	fake.actor(id).resumeAfter(1);
}

/** One answer of some forty thousand characters, faster than anybody reads. */
async function flood(fake: FakeBackend) {
	lines["sceptic"] = [Array.from({ length: 40 }, (_, place) => `## Part ${place + 1}\n\n${Object.values(lines).flat().slice(0, 6).join("\n\n")}`).join("\n\n")];
	Object.assign(fake.pace, { think: 300, word: 2 });
	const id = await talk(fake, "A flood", "Say everything.", 1, [seat("sceptic")]);
	fake.actor(id).begin();
}

async function long(fake: FakeBackend, messages: number) {
	const cast = personas.slice(0, 4).map(({ id }) => seat(id));
	const id = await talk(fake, "A long evening", "Everything, in no order.", messages / 2, cast);
	for (let place = 0; place < messages; place++) {
		say(fake, id, (messages - place) / 2, personas[place % 4]?.id ?? "sceptic", Math.floor(place / 4));
	}
}

async function talk(fake: FakeBackend, title: string, topic: string, minutesAgo: number, participants: NewParticipant[]) {
	const now = fake.now;
	fake.now = () => now() - minutesAgo * MINUTE - MINUTE;
	const { id } = await fake.createConversation({ title, topic, participants });
	fake.now = now;
	return id;
}

function state(fake: FakeBackend, id: string, minutesAgo: number, state: "running" | "completed") {
	record(fake, id, minutesAgo, { event: "conversation.state_changed", data: { state, reason: { why: "user" } } });
}

function you(fake: FakeBackend, id: string, minutesAgo: number, text: string) {
	const parent = fake.log.views.get(`conversation:${id}`)?.messages.at(-1)?.id ?? null;
	const said = { message: fake.log.id("message"), turn: null, author: { kind: "user" as const }, parent, text, finish: null };
	record(fake, id, minutesAgo, { event: "message.completed", data: said });
}

/** One whole turn; a model that is to fail fails first. */
function say(fake: FakeBackend, id: string, minutesAgo: number, persona: string, place = 0) {
	const view = fake.log.views.get(`conversation:${id}`);
	const speaker = view?.participants.find((participant) => participant.persona?.id === persona);
	if (!view || !speaker) return;
	const own = lines[persona] ?? [];
	const text = own[place % own.length] ?? "";
	const [turn, message] = [fake.log.id("turn"), fake.log.id("message")];
	const scores = view.participants.map(({ id }, place) => ({ participant: id, total: 2 - place * 0.6, addressed: 0, asked: id === speaker.id ? 1 : 0, silence: 0.8, share: 0.1, dice: 0.1 }));
	const choice: Choice = { policy: "balanced", reason: "score", scores };
	record(fake, id, minutesAgo, { event: "turn.started", data: { turn, participant: speaker.id, number: view.messages.length + 1, choice } });
	for (const [tried, model] of speaker.route.entries()) {
		const attempt = fake.log.id("attempt");
		const fails = model.model.includes("!") && tried < speaker.route.length - 1;
		record(fake, id, minutesAgo, { event: "attempt.started", data: { attempt, turn, number: tried + 1, model } });
		if (fails) {
			const outcome = { outcome: "failed", class: "rate_limited", detail: "rate limit reached, try again in 20 s" } as const;
			record(fake, id, minutesAgo, { event: "attempt.ended", data: { attempt, turn, outcome, answered_by: null, timings: { first_byte_ms: 61, total_ms: 64 }, usage: null, status: 429, request_id: "req_7Qm2" } });
			continue;
		}
		const usage = { input_tokens: 300 + view.messages.length * 40, output_tokens: Math.round(text.length / 3.6), estimated: false };
		const timings = { first_byte_ms: 310, first_token_ms: 420, total_ms: 420 + text.length * 6 };
		const parent = view.messages.at(-1)?.id ?? null;
		const author = { kind: "participant", participant: speaker.id } as const;
		record(
			fake, id, minutesAgo,
			{ event: "message.started", data: { message, turn, participant: speaker.id, parent } },
			{ event: "attempt.ended", data: { attempt, turn, outcome: { outcome: "answered", finish: "stop" }, answered_by: null, timings, usage, status: 200, request_id: "req_8Rn3" } },
			{ event: "message.completed", data: { message, turn, author, parent, text, finish: "stop" } },
			{ event: "turn.ended", data: { turn, outcome: "completed" } },
		);
		return;
	}
}

function record(fake: FakeBackend, id: string, minutesAgo: number, ...kinds: EventKind[]) {
	fake.log.record(`conversation:${id}`, fake.now() - minutesAgo * MINUTE, ...kinds);
}
