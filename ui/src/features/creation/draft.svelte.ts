import type { Cast, ModelInfo, ModelRef, NewCast, NewConversation, NewModerator, NewParticipant, Persona, PersonaId } from "../../lib/bindings";
import { readable } from "./end.svelte";
import { RulesDraft, trimmed, type Seated } from "./rules.svelte";

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

/** A table that is being laid, for a conversation or a cast. */
export class NewConversationDraft extends RulesDraft {
	topic = $state("");
	title = $state("");
	seats = $state<Seat[]>([]);
	/** The cast that sat down last, and what it talks about. */
	#cast: Cast | undefined;
	#laid = 0;

	get seated(): Seated[] {
		return this.seats;
	}

	protected shows(field: string) {
		return ["topic", "title", "name", "tagline"].includes(field) || field.startsWith("participants[");
	}

	isSeated(persona: Persona) {
		return this.seats.some((seat) => seat.who.persona === persona.id);
	}

	/** Who sits down gets a demo voice, until the user chooses a model. */
	toggle(persona: Persona, voices: ModelInfo[]) {
		if (this.isSeated(persona)) {
			this.seats = this.seats.filter((seat) => seat.who.persona !== persona.id);
			const { moderator } = this;
			if (moderator?.by === "seat" && !this.seats.some(({ key }) => key === moderator.key)) this.moderator = null;
		} else this.seats.push(this.#seat({ persona: persona.id }, persona, voices));
		this.failure = undefined;
	}

	/** A whole table at once. A topic of the user's own stays. Without voices, seats without models stay so. */
	take(cast: Cast, personas: Persona[], voices?: ModelInfo[]) {
		if (this.topic.trim() === "" || this.topic === this.#cast?.topic) this.topic = cast.topic;
		this.#cast = cast;
		this.seats = cast.participants.map((who) => this.#seat(who, personas.find(({ id }) => id === who.persona), voices));
		this.policy = cast.policy;
		this.moderator = this.#moderatorOf(cast);
		this.end.fill(cast.end);
		this.fillFlow(cast.fallback, cast.stall_after_s, cast.summary);
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

	wanted(): NewConversation {
		return { title: this.title.trim() || null, ...this.#table() };
	}

	asCast(name: string, tagline: string): NewCast {
		return { name, tagline, ...this.#table() };
	}

	#table() {
		return {
			topic: this.topic,
			participants: this.seats.map(({ who, route }) => ({ ...who, route: trimmed(route) })),
			policy: this.policy,
			moderator: this.policy === "moderator" ? this.#newModerator() : null,
			end: this.end.rules(),
			fallback: this.fallback,
			stall_after_s: readable(this.stallAfter),
			summary: this.summary,
		};
	}

	#moderatorOf({ moderator }: Cast): RulesDraft["moderator"] {
		if (moderator?.by !== "seat") return moderator;
		const seat = this.seats[moderator.seat];
		return seat ? { by: "seat", key: seat.key } : null;
	}

	#newModerator(): NewModerator | null {
		const { moderator } = this;
		if (moderator?.by !== "seat") return moderator && { by: "model", model: { ...moderator.model, model: moderator.model.model.trim() } };
		const seat = this.seats.findIndex(({ key }) => key === moderator.key);
		return seat < 0 ? null : { by: "seat", seat };
	}
}

/** The persona's own voice; the last one of the list fits everybody. */
export function voiceFor(persona: PersonaId | null | undefined, voices: ModelInfo[]): string {
	const fitting = voices.find((voice) => voice.id === persona) ?? voices.at(-1);
	return fitting?.id ?? persona ?? "host";
}
