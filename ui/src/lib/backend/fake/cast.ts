import type { CastView, NewCast, NewParticipant, Participant } from "../../bindings";
import type { Backend } from "../backend";
import { refuse } from "./refuse";
import { FakeShape } from "./shape";
import { casts, personas } from "./voices";

/** Who sits at a table, in memory. */
export abstract class FakeCast extends FakeShape {
	abstract createConversation: Backend["createConversation"];
	abstract skipTurn: Backend["skipTurn"];

	/** The user's own, the deleted ones too. */
	#own = new Map<string, { cast: CastView; isDeleted: boolean }>();

	listCasts: Backend["listCasts"] = async () => [...casts.map((cast) => ({ ...cast, shipped: true, open: [] })), ...[...this.#own.values()].filter(({ isDeleted }) => !isDeleted).map(({ cast }) => cast)];

	saveCast: Backend["saveCast"] = async (cast) => this.#keep(`cast-${this.#own.size + 1}`, cast);

	saveTableAsCast: Backend["saveTableAsCast"] = async (id, name, tagline) => {
		const view = this.log.views.get(`conversation:${id}`);
		if (!view) throw refuse("conversation_not_found", `there is no conversation ${id}`);
		const participants = view.participants.map(({ name, hue, persona, instructions, talkativeness, route }) => ({ name, hue, persona: persona?.id ?? null, instructions, talkativeness, route }));
		return this.saveCast({ name, tagline, topic: view.topic, policy: view.policy, end: view.end, participants, ...(view.summary && { summary: view.summary }) });
	};

	changeCast: Backend["changeCast"] = async (id, cast) => this.#keep(id, cast);

	duplicateCast: Backend["duplicateCast"] = async (id, name) => {
		const cast = bare(await this.#cast(id));
		return this.saveCast({ ...cast, name: name ?? `${cast.name} (copy)` });
	};

	deleteCast: Backend["deleteCast"] = async (id) => {
		const { cast } = this.#ownCast(id);
		this.#own.set(id, { cast, isDeleted: true });
		this.log.record("library", this.now(), { event: "cast.deleted", data: { cast: id } });
		return null;
	};

	restoreCast: Backend["restoreCast"] = async (id) => {
		const { cast } = this.#ownCast(id);
		this.#own.set(id, { cast, isDeleted: false });
		this.log.record("library", this.now(), { event: "cast.restored", data: { cast: id } });
		return cast;
	};

	exportCast: Backend["exportCast"] = async (id) => {
		const cast = bare(await this.#cast(id));
		return `${JSON.stringify({ chimera: "cast", version: 1, cast }, null, 2)}\n`;
	};

	importCast: Backend["importCast"] = async (text) => {
		if (!text.trimStart().startsWith("{")) throw refuse("invalid", "this is not JSON: expected value at line 1 column 1", "file");
		const file: { cast: NewCast } = JSON.parse(text);
		return { cast: await this.saveCast(file.cast), unknown_models: [] };
	};

	#cast = async (id: string): Promise<CastView> => {
		const cast = (await this.listCasts()).find((one) => one.id === id);
		if (!cast) throw refuse("cast_not_found", `there is no cast \`${id}\``, "cast");
		return cast;
	};

	#ownCast(id: string) {
		const own = this.#own.get(id);
		if (!own) throw refuse("cast_not_found", `there is no cast \`${id}\``, "cast");
		return own;
	}

	#keep(id: string, wanted: NewCast): CastView {
		if (wanted.name.trim() === "") throw refuse("invalid", "a cast needs a name", "name");
		if (wanted.participants.length === 0) throw refuse("invalid", "nobody is at the table: add at least one participant", "participants");
		const cast = { tagline: "", topic: "", policy: "balanced" as const, moderator: null, end: {}, ...wanted, id };
		const open = cast.participants.flatMap(({ route }, place) => (route?.length ? [] : [`participants[${place}].route`]));
		const view: CastView = { ...cast, shipped: false, open };
		this.log.record("library", this.now(), { event: this.#own.has(id) ? "cast.changed" : "cast.saved", data: { cast } });
		this.#own.set(id, { cast: view, isDeleted: false });
		return view;
	}

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
	editSummary: Backend["editSummary"] = async (id, summary, text) => this.#tell(id, { event: "summary.edited", data: { summary, text } });
	changeConversation: Backend["changeConversation"] = async (id, change) => {
		if (change.end?.money != null && change.end.money <= 0) throw refuse("invalid", "end.money is 0: choose more than nothing", "end.money");
		return this.#tell(id, { event: "conversation.changed", data: change });
	};
	changeParticipant: Backend["changeParticipant"] = async (id, participant, change) => this.#tell(id, { event: "participant.changed", data: { participant, change } });
	reorderParticipants: Backend["reorderParticipants"] = async (id, order) => this.#tell(id, { event: "participants.reordered", data: { order } });
	skipParticipant: Backend["skipParticipant"] = async (id, participant) => {
		const turn = this.log.views.get(`conversation:${id}`)?.turns?.find((turn) => turn.participant === participant);
		if (!turn) throw refuse("conflict", "it does not speak just now; there is nothing to skip", "participant");
		if (turn.round == null) return this.skipTurn(id);
		return this.#tell(id, { event: "turn.ended", data: { turn: turn.id, outcome: "cancelled" } });
	};
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

/** As a client gives it. */
function bare({ name, tagline, topic, policy, moderator, end, participants, summary }: CastView): NewCast {
	return { name, tagline, topic, policy, moderator, end, participants, ...(summary && { summary }) };
}
