import type { AfterCut, BadCertificate, Cast, ModelInfo, ModelRef, NewCast, NewConversation, NewParticipant, Persona, PersonaId, Policy, Refusals } from "../../lib/bindings";
import type { Failure } from "../../lib/errors";
import { EndDraft } from "./end.svelte";

/** A seat at the table that is being laid. */
export interface Seat {
	/** Tells it from the others while the table is laid. */
	key: string;
	name: string;
	hue: number;
	/** Whoever sits there: a persona of the library, or somebody described in place. */
	who: NewParticipant;
	route: ModelRef[];
}

/** Fields at which something can be found wrong; the rest is said above the buttons. */
export const shownFields = new Set([
	...["topic", "title", "moderator", "moderator.seat", "fallback.after_cut", "fallback.refusals"],
	...["turns", "turns_per_participant", "turns_without_user", "minutes", "tokens", "money", "unpriced", "phrase", "phrase.text"].map((rule) => `end.${rule}`),
]);

/** A conversation that is being put together. What is wrong with it is for Rust to say. */
export class NewConversationDraft {
	topic = $state("");
	title = $state("");
	seats = $state<Seat[]>([]);
	policy = $state<Policy>("balanced");
	/** Who is asked for the next speaker: whoever sits on the seat of this key. */
	moderator = $state<string | null>(null);
	readonly end = new EndDraft();
	afterCut = $state<AfterCut>("auto");
	refusals = $state<Refusals>("leave");
	/** Whether what no longer fits is summed up. */
	sumsUp = $state(false);
	failure = $state.raw<Failure>();
	/** What a cast says and no field shows. */
	#untold: { badCertificate?: BadCertificate | undefined; stallAfter?: number | null | undefined } = {};
	/** The cast that sat down last, and what it talks about. */
	#cast: Cast | undefined;
	#laid = 0;

	isSeated(persona: Persona) {
		return this.seats.some((seat) => seat.who.persona === persona.id);
	}

	/** Who sits down gets a demo voice, until the user chooses a model. */
	toggle(persona: Persona, voices: ModelInfo[]) {
		if (this.isSeated(persona)) {
			this.seats = this.seats.filter((seat) => seat.who.persona !== persona.id);
			if (!this.seats.some(({ key }) => key === this.moderator)) this.moderator = null;
		} else this.seats.push(this.#seat({ persona: persona.id }, persona, voices));
		this.failure = undefined;
	}

	/** A whole table at once. A topic of the user's own stays. Without voices, seats without models stay so. */
	take(cast: Cast, personas: Persona[], voices?: ModelInfo[]) {
		if (this.topic.trim() === "" || this.topic === this.#cast?.topic) this.topic = cast.topic;
		this.#cast = cast;
		this.seats = cast.participants.map((who) => this.#seat(who, personas.find(({ id }) => id === who.persona), voices));
		this.policy = cast.policy;
		this.moderator = cast.moderator?.by === "seat" ? (this.seats[cast.moderator.seat]?.key ?? null) : null;
		this.end.fill(cast.end);
		this.afterCut = cast.fallback?.after_cut ?? "auto";
		this.refusals = cast.fallback?.refusals ?? "leave";
		this.#untold = { badCertificate: cast.fallback?.bad_certificate, stallAfter: cast.stall_after_s };
		this.failure = undefined;
	}

	#seat({ route, ...who }: NewParticipant, persona: Persona | undefined, voices: ModelInfo[] | undefined): Seat {
		return {
			key: `seat-${(this.#laid += 1)}`,
			name: who.name ?? persona?.name ?? "Somebody",
			hue: who.hue ?? persona?.hue ?? 0,
			who,
			route: route?.length || !voices ? (route ?? []) : [{ connection: "demo", model: voiceFor(who.persona, voices) }],
		};
	}

	/** What is wrong at this place. A failure of a field in it counts for the whole: `participants[1].route[0].model`. */
	errorAt(field: string): string | undefined {
		const failed = this.failure?.field;
		const isHere = failed === field || failed?.startsWith(`${field}.`) || failed?.startsWith(`${field}[`);
		return isHere ? this.failure?.message : undefined;
	}

	wanted(): NewConversation {
		return { title: this.title.trim() || null, ...this.#table(), summary: { on: this.sumsUp } };
	}

	asCast(name: string, tagline: string): NewCast {
		return { name, tagline, ...this.#table() };
	}

	#table() {
		const seat = this.seats.findIndex(({ key }) => key === this.moderator);
		const { badCertificate, stallAfter = null } = this.#untold;
		return {
			topic: this.topic,
			participants: this.seats.map(({ who, route }) => ({
				...who,
				route: route.map(({ connection, model }) => ({ connection, model: model.trim() })),
			})),
			policy: this.policy,
			moderator: this.policy === "moderator" && seat >= 0 ? { by: "seat" as const, seat } : null,
			end: this.end.rules(),
			fallback: { after_cut: this.afterCut, refusals: this.refusals, ...(badCertificate && { bad_certificate: badCertificate }) },
			stall_after_s: stallAfter,
		};
	}
}

/** The persona's own voice; the last one of the list fits everybody. */
export function voiceFor(persona: PersonaId | null | undefined, voices: ModelInfo[]): string {
	const fitting = voices.find((voice) => voice.id === persona) ?? voices.at(-1);
	return fitting?.id ?? persona ?? "host";
}
