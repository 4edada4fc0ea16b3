import type { ModelInfo, ModelRef, NewConversation, Persona, Policy } from "../../lib/bindings";
import type { Failure } from "../../lib/errors";

/** A seat at the table that is being laid. */
export interface Seat {
	persona: Persona;
	route: ModelRef[];
}

const DEFAULT_TURNS = 20;

/** A conversation that is being put together. What is wrong with it is for Rust to say. */
export class NewConversationDraft {
	topic = $state("");
	title = $state("");
	seats = $state<Seat[]>([]);
	policy = $state<Policy>("balanced");
	turns = $state<number | null>(DEFAULT_TURNS);
	failure = $state.raw<Failure>();

	isSeated(persona: Persona) {
		return this.seats.some((seat) => seat.persona.id === persona.id);
	}

	/** Who sits down gets a demo voice, until the user chooses a model. */
	toggle(persona: Persona, voices: ModelInfo[]) {
		if (this.isSeated(persona)) this.seats = this.seats.filter((seat) => seat.persona.id !== persona.id);
		else this.seats.push({ persona, route: [{ connection: "demo", model: voiceFor(persona, voices) }] });
		this.failure = undefined;
	}

	/** What is wrong at this place. A failure of a field in it counts for the whole: `participants[1].route[0].model`. */
	errorAt(field: string): string | undefined {
		const failed = this.failure?.field;
		const isHere = failed === field || failed?.startsWith(`${field}.`) || failed?.startsWith(`${field}[`);
		return isHere ? this.failure?.message : undefined;
	}

	wanted(): NewConversation {
		return {
			topic: this.topic,
			title: this.title.trim() || null,
			participants: this.seats.map(({ persona, route }) => ({
				persona: persona.id,
				route: route.map(({ connection, model }) => ({ connection, model: model.trim() })),
			})),
			policy: this.policy,
			end: { turns: this.turns },
		};
	}
}

/** The persona's own voice; the last one of the list fits everybody. */
export function voiceFor(persona: Persona, voices: ModelInfo[]): string {
	const fitting = voices.find((voice) => voice.id === persona.id) ?? voices.at(-1);
	return fitting?.id ?? persona.id;
}
