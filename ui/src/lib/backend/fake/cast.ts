import type { NewParticipant, Participant } from "../../bindings";
import type { Backend } from "../backend";
import { refuse } from "./refuse";
import { FakeShape } from "./shape";
import { casts, personas } from "./voices";

/** Who sits at a table, in memory. */
export abstract class FakeCast extends FakeShape {
	abstract createConversation: Backend["createConversation"];

	listCasts: Backend["listCasts"] = async () => casts;

	seatCast: Backend["seatCast"] = async (id, topic, route) => {
		const cast = casts.find((one) => one.id === id);
		if (!cast) throw refuse("cast_not_found", `there is no cast \`${id}\``, "cast");
		const participants = cast.participants.map((seat) => ({ ...seat, route: route.length > 0 ? route : [{ connection: "demo", model: seat.persona ?? "host" }] }));
		return this.createConversation({ topic: topic ?? cast.topic, participants, policy: cast.policy, end: cast.end });
	};

	addParticipant: Backend["addParticipant"] = async (id, seat, place) => {
		const taken = this.log.views.get(`conversation:${id}`)?.participants ?? [];
		const participant = this.seat(seat, "participant");
		if (taken.some(({ name }) => name === participant.name)) throw refuse("invalid", `${participant.name} is at the table already`, "participant.name");
		this.#tell(id, { event: "participant.joined", data: { participant, seat: place ?? taken.length } });
		return participant.id;
	};

	removeParticipant: Backend["removeParticipant"] = async (id, participant) => this.#tell(id, { event: "participant.left", data: { participant } });
	changeConversation: Backend["changeConversation"] = async (id, change) => this.#tell(id, { event: "conversation.changed", data: change });
	changeParticipant: Backend["changeParticipant"] = async (id, participant, change) => this.#tell(id, { event: "participant.changed", data: { participant, change } });
	reorderParticipants: Backend["reorderParticipants"] = async (id, order) => this.#tell(id, { event: "participants.reordered", data: { order } });
	muteParticipant: Backend["muteParticipant"] = async (id, participant) => this.#tell(id, { event: "participant.muted", data: { participant } });
	unmuteParticipant: Backend["unmuteParticipant"] = async (id, participant) => this.#tell(id, { event: "participant.unmuted", data: { participant } });

	seat(seat: NewParticipant, path: string): Participant {
		const persona = personas.find(({ id }) => id === seat.persona);
		if (!seat.route?.length) throw refuse("invalid", "a participant needs a route: name at least one model to ask", `${path}.route`);
		return {
			id: this.log.id("participant"),
			name: seat.name ?? persona?.name ?? "Somebody",
			hue: seat.hue ?? persona?.hue ?? 0,
			persona: persona ? { id: persona.id, version: 1 } : null,
			instructions: seat.instructions ?? "",
			talkativeness: seat.talkativeness ?? 0.5,
			route: seat.route,
			sampling: {},
		};
	}

	#tell(id: string, kind: Parameters<typeof this.log.record>[2]): null {
		this.log.record(`conversation:${id}`, this.now(), kind);
		return null;
	}
}
