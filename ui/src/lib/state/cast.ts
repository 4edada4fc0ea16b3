import type { ConversationView, Event, Participant } from "../bindings";
import { told } from "./told";

type CastEvent = Extract<Event, { event: `participant.${string}` | "participants.reordered" }>;

/** Who sits at the table, after one more coming, going or change. */
export function reseat(view: ConversationView, event: CastEvent): Partial<ConversationView> {
	switch (event.event) {
		case "participant.nudged":
			return {};
		case "participant.muted":
			return changed(view, event.data.participant, { muted: true });
		case "participant.unmuted":
			return changed(view, event.data.participant, { muted: false });
		case "participant.changed":
			return changed(view, event.data.participant, event.data.change);
		case "participant.joined": {
			const { participant, seat } = event.data;
			const others = view.participants.filter(({ id }) => id !== participant.id);
			return { participants: others.toSpliced(seat, 0, participant), left: (view.left ?? []).filter(({ id }) => id !== participant.id) };
		}
		case "participant.left": {
			const leaver = view.participants.find(({ id }) => id === event.data.participant);
			if (!leaver) return {};
			return { participants: view.participants.filter((one) => one !== leaver), left: [...(view.left ?? []), leaver] };
		}
		case "participants.reordered": {
			const { order } = event.data;
			const place = ({ id }: Participant) => (order.includes(id) ? order.indexOf(id) : order.length);
			return { participants: view.participants.toSorted((one, other) => place(one) - place(other)) };
		}
		default:
			event satisfies never;
			return {};
	}
}

function changed(view: ConversationView, id: string, change: { [K in keyof Participant]?: Participant[K] | null }): Partial<ConversationView> {
	return { participants: view.participants.map((participant) => (participant.id === id ? { ...participant, ...told(change) } : participant)) };
}
