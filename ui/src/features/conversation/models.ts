import type { ConversationView, Message, ModelRef } from "../../lib/bindings";
import type { Connections } from "../../lib/state/connections.svelte";
import { modelName } from "../../lib/words";

/** More than this nobody reads in a menu. */
const MAX_OFFERED = 24;

/** Models that could say a message anew: the speaker's own route, those of the others, and what connections offer. */
export function otherModels(view: ConversationView, message: Message, connections: Connections): ModelRef[] {
	const { author } = message;
	const isSpeaker = ({ id }: { id: string }) => author.kind === "participant" && author.participant === id;
	const seated = view.participants.toSorted((one, other) => Number(isSpeaker(other)) - Number(isSpeaker(one)));
	const offered = connections.items.flatMap(({ connection: { id } }) => {
		const list = connections.models(id);
		const models = list !== undefined && list !== "loading" && "models" in list ? list.models : [];
		return models.map((model): ModelRef => ({ connection: id, model: model.id }));
	});
	const byName = new Map([...seated.flatMap(({ route }) => route), ...offered].map((model) => [modelName(model), model]));
	return [...byName.values()].slice(0, MAX_OFFERED);
}
