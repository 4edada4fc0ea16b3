import type { ModelRef, NewParticipant, Participant, ParticipantChange, Persona } from "../../lib/bindings";
import type { Failure } from "../../lib/errors";

/** A seat that is being laid or changed, in a conversation that is there already. */
export class SeatDraft {
	persona = $state<string>("");
	name = $state("");
	instructions = $state("");
	talkativeness = $state(0.5);
	route = $state.raw<ModelRef[]>([]);
	failure = $state.raw<Failure>();

	constructor(readonly seated?: Participant) {
		if (!seated) return;
		this.name = seated.name;
		this.instructions = seated.instructions;
		this.talkativeness = seated.talkativeness ?? 0.5;
		this.route = seated.route;
	}

	/** Who comes from the library brings its own words. */
	take(persona: Persona | undefined, voice: string) {
		this.persona = persona?.id ?? "";
		this.name = persona?.name ?? "";
		this.instructions = persona?.instructions ?? "";
		this.talkativeness = persona?.talkativeness ?? 0.5;
		if (this.route.length === 0 || this.route.every(({ connection }) => connection === "demo")) this.route = [{ connection: "demo", model: voice }];
	}

	/** What is wrong at this place, whatever the path that leads to it. */
	errorAt(field: string): string | undefined {
		const path = this.failure?.field?.replace(/^(participant|change)\./, "");
		return path === field || path?.startsWith(`${field}[`) || path?.startsWith(`${field}.`) ? this.failure?.message : undefined;
	}

	newcomer(library: Persona[]): NewParticipant {
		const persona = library.find(({ id }) => id === this.persona);
		const own = { name: this.name.trim(), instructions: this.instructions, talkativeness: this.talkativeness, route: this.#models() };
		return persona ? { ...own, persona: persona.id } : own;
	}

	/** What is new about whoever sits there; nothing when all is as it was. */
	change(): ParticipantChange {
		const change: ParticipantChange = {};
		const { seated } = this;
		if (!seated) return change;
		if (this.name.trim() !== seated.name) change.name = this.name.trim();
		if (this.instructions !== seated.instructions) change.instructions = this.instructions;
		if (this.talkativeness !== seated.talkativeness) change.talkativeness = this.talkativeness;
		if (JSON.stringify(this.#models()) !== JSON.stringify(seated.route)) change.route = this.#models();
		return change;
	}

	#models(): ModelRef[] {
		return this.route.map(({ connection, model }) => ({ connection, model: model.trim() }));
	}
}
