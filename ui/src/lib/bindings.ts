// This file was written by hand after the Rust types, until it is generated.
import { invoke as __TAURI_INVOKE, Channel } from "@tauri-apps/api/core";

/** Commands */
export const commands = {
	appInfo: () => __TAURI_INVOKE<AppInfo>("app_info"),
	setPreferences: (preferences: Preferences) => __TAURI_INVOKE<null>("set_preferences", { preferences }),
	listConversations: (cursor: string | null, limit: number) => __TAURI_INVOKE<ConversationPage>("list_conversations", { cursor, limit }),
	getConversation: (id: ConversationId) => __TAURI_INVOKE<ConversationView>("get_conversation", { id }),
	createConversation: (_new: NewConversation) => __TAURI_INVOKE<ConversationView>("create_conversation", { new: _new }),
	startConversation: (id: ConversationId) => __TAURI_INVOKE<null>("start_conversation", { id }),
	pauseConversation: (id: ConversationId) => __TAURI_INVOKE<null>("pause_conversation", { id }),
	resumeConversation: (id: ConversationId) => __TAURI_INVOKE<null>("resume_conversation", { id }),
	stepConversation: (id: ConversationId) => __TAURI_INVOKE<null>("step_conversation", { id }),
	stopConversation: (id: ConversationId, when: StopWhen) => __TAURI_INVOKE<null>("stop_conversation", { id, when }),
	retryTurn: (id: ConversationId) => __TAURI_INVOKE<null>("retry_turn", { id }),
	skipTurn: (id: ConversationId) => __TAURI_INVOKE<null>("skip_turn", { id }),
	say: (id: ConversationId, text: string) => __TAURI_INVOKE<MessageId>("say", { id, text }),
	renameConversation: (id: ConversationId, title: string) => __TAURI_INVOKE<null>("rename_conversation", { id, title }),
	startDemo: () => __TAURI_INVOKE<ConversationView>("start_demo"),
	listPersonas: () => __TAURI_INVOKE<Persona[]>("list_personas"),
	listConnections: () => __TAURI_INVOKE<ConnectionView[]>("list_connections"),
	addConnection: (_new: NewConnection) => __TAURI_INVOKE<ConnectionView>("add_connection", { new: _new }),
	removeConnection: (id: ConnectionId) => __TAURI_INVOKE<null>("remove_connection", { id }),
	listModels: (connection: ConnectionId) => __TAURI_INVOKE<ModelInfo[]>("list_models", { connection }),
	keyringStatus: () => __TAURI_INVOKE<KeyringStatus>("keyring_status"),
	setCompanion: (enabled: boolean) => __TAURI_INVOKE<CompanionStatus>("set_companion", { enabled }),
	createToken: (name: string, scopes: Scope[]) => __TAURI_INVOKE<IssuedToken>("create_token", { name, scopes }),
	listTokens: () => __TAURI_INVOKE<TokenInfo[]>("list_tokens"),
	revokeToken: (id: TokenId) => __TAURI_INVOKE<null>("revoke_token", { id }),
	openLink: (url: string) => __TAURI_INVOKE<null>("open_link", { url }),
	subscribe: (afterSeq: Seq | null, channel: Channel<FeedItem[]>) => __TAURI_INVOKE<null>("subscribe", { afterSeq, channel }),
};

export type AppInfo = {
	version: string,
	data_dir: string,
	first_run: boolean,
	keyring: KeyringStatus,
	preferences: Preferences,
	companion: CompanionStatus,
};

export type CompanionStatus = {
	enabled: boolean,
	url: string | null,
	port: number | null,
	clients: number,
};

export type ConnectionView = {
	connection: Connection,
	key: KeyState,
};

export type ConversationPage = {
	items: ConversationSummary[],
	next_cursor: string | null,
};

export type CommandError = {
	code: string,
	message: string,
	field: string | null,
};

export type IssuedToken = {
	id: TokenId,
	token: string,
};

export type KeyStorage = "keyring" | "session";

export type KeyringState = "ready" | "absent" | "locked" | "denied" | "timeout" | "unavailable";

export type KeyringStatus = {
	state: KeyringState,
	backend: string,
	detail: string | null,
};

export type ModelInfo = {
	id: string,
	label: string,
	context_tokens: number | null,
};

export type NewConnection = {
	kind: ProviderKind,
	name: string,
	base_url: string | null,
	local?: boolean,
	key?: string | null,
	key_storage?: KeyStorage,
};

export type Preferences = {
	theme: Theme,
	sidebar_open: boolean,
	inspector_open: boolean,
	text_scale: number,
};

export type Scope = "read" | "speak" | "manage";

export type StopWhen = "now" | "after_turn";

export type Theme = "system" | "light" | "dark";

export type TokenId = number;

export type TokenInfo = {
	id: TokenId,
	name: string,
	scopes: Scope[],
	created_at: Timestamp,
	last_used_at: Timestamp | null,
	client: string | null,
};

/**  One call to one model for a turn. */
export type Attempt = {
	id: AttemptId,
	turn: TurnId,
	number: number,
	model: ModelRef,
	/**  The model that says it answered, when it names another than was asked. */
	answered_by: string | null,
	outcome: AttemptOutcome | null,
	timings: Timings,
	usage: Usage | null,
	started_at: Timestamp,
};

/**  One call to one model for a turn. */
export type AttemptId = string;

/**  How an attempt ended. */
export type AttemptOutcome = { outcome: "answered"; finish: Finish } | { outcome: "failed"; class: ErrorClass; 
/**  What the provider said, shortened; never a key. */
detail: string; status: number | null; request_id: string | null } | 
/**  Given up by the user or by a restart, not by the provider. */
{ outcome: "cancelled" };

/**  Who said it. */
export type Author = { kind: "user" } | { kind: "participant"; participant: ParticipantId };

/**  Why this speaker: stored with the turn, so that it can be shown and doubted. */
export type Choice = {
	policy: Policy,
	reason: ChoiceReason,
	/**  Every candidate's score, best first; empty when the policy keeps none. */
	scores: SpeakerScore[],
};

export type ChoiceReason = 
/**  The user mentioned it: that wins over every policy. */
"mentioned" | 
/**  Next in the seated order. */
"order" | 
/**  The highest score. */
"score" | 
/**  Nobody else is at the table. */
"alone" | 
/**  The turn is tried again. */
"retried";

/**  One configured provider. The key is never part of it: it lies in the keyring under the connection's id and origin. */
export type Connection = {
	id: ConnectionId,
	kind: ProviderKind,
	name: string,
	/**  Where the server listens, without a trailing slash; none for the demo. */
	base_url: string | null,
	/**
	 *  The person said that this server is on their own machine or network: plain http and private addresses are
	 *  allowed for it.
	 */
	local: boolean,
	key: KeyPlace,
};

/**  A configured provider, by a short readable name: `demo`, `ollama`, `work-openai`. */
export type ConnectionId = string;

/**  A conversation. */
export type ConversationId = string;

/**  Where a conversation stands in its life. */
export type ConversationState = 
/**  Created, nobody has spoken yet. */
"draft" | "running" | 
/**  Held by the user, after a step, or by a restart. A turn that was under way may still be finishing. */
"paused" | 
/**  Ended by a rule or by the user; it can be continued. */
"completed" | 
/**  No model on a route could answer. Nothing is lost; retry, skip or stop lead on. */
"needs_attention";

/**  One row of the list of conversations. */
export type ConversationSummary = {
	id: ConversationId,
	title: string,
	topic: string,
	state: ConversationState,
	participants: ParticipantChip[],
	messages: number,
	/**  The beginning of the newest message, led by its speaker's name. */
	preview: string | null,
	created_at: Timestamp,
	updated_at: Timestamp,
};

/**  A conversation as it stood after the event `seq`: whoever applies the later events to it holds what the log holds. */
export type ConversationView = {
	id: ConversationId,
	seq: Seq,
	title: string,
	topic: string,
	state: ConversationState,
	reason: StateReason | null,
	policy: Policy,
	end: EndRules,
	seed: number,
	participants: Participant[],
	/**  The current branch, oldest first. */
	messages: Message[],
	/**  The turn that is under way or waits for attention. */
	turn: TurnView | null,
	created_at: Timestamp,
	updated_at: Timestamp,
};

/**  More words of an unfinished message. */
export type Delta = {
	topic: Topic,
	message: MessageId,
	/**  Unicode scalar values of the message before this text: a reader can drop a repeated delta and see a gap. */
	offset: number,
	text: string,
};

/**  When a conversation ends by itself. Any rule that is met ends it. */
export type EndRules = {
	/**  Turns of AIs since the last start. */
	turns?: number | null,
};

/**  What went wrong, by what can be done about it. */
export type ErrorClass = "unreachable" | "bad_certificate" | "server_error" | "overloaded" | "rate_limited" | "quota_exhausted" | "unauthorized" | "key_unavailable" | "forbidden" | "model_not_found" | "context_overflow" | "request_too_large" | "bad_request" | "content_policy" | "empty_answer" | "first_token_timeout" | "idle_timeout" | "total_timeout" | "truncated" | "malformed" | "not_an_api" | "redirect_refused" | "not_configured";

/**  Something that happened, durable and numbered. The log of events is the truth; everything else is derived from it. */
export type Event = {
	seq: Seq,
	topic: Topic,
	ts: Timestamp,
} & EventKind;

/**  What happened. The names are those of the log, of the socket and of the command line alike. */
export type EventKind = { event: "conversation.created"; data: {
	title: string,
	topic: string,
	participants: Participant[],
	policy: Policy,
	end: EndRules,
	seed: number,
} } | { event: "conversation.renamed"; data: {
	title: string,
} } | { event: "conversation.state_changed"; data: {
	state: ConversationState,
	reason: StateReason,
} } | 
/**  A speaker was chosen. Its words may still be far away: models queue, load and fail. */
{ event: "turn.started"; data: {
	turn: TurnId,
	participant: ParticipantId,
	number: number,
	choice: Choice,
} } | { event: "attempt.started"; data: {
	attempt: AttemptId,
	turn: TurnId,
	number: number,
	model: ModelRef,
} } | { event: "attempt.ended"; data: {
	attempt: AttemptId,
	turn: TurnId,
	outcome: AttemptOutcome,
	answered_by: string | null,
	timings: Timings,
	usage: Usage | null,
} } | 
/**  The turn goes on with another model; nothing of the first had been shown. */
{ event: "fallback.switched"; data: {
	turn: TurnId,
	participant: ParticipantId,
	from: ModelRef,
	to: ModelRef,
	because: ErrorClass,
	detail: string,
} } | 
/**  The first word of an answer is here. */
{ event: "message.started"; data: {
	message: MessageId,
	turn: TurnId,
	participant: ParticipantId,
	parent: MessageId | null,
} } | 
/**  A message is whole: an answer that ended, or what the user said. */
{ event: "message.completed"; data: {
	message: MessageId,
	turn: TurnId | null,
	author: Author,
	parent: MessageId | null,
	text: string,
	finish: Finish | null,
} } | { event: "message.interrupted"; data: {
	message: MessageId,
	turn: TurnId,
	text: string,
	cause: InterruptCause,
} } | { event: "turn.ended"; data: {
	turn: TurnId,
	outcome: TurnOutcome,
} } | { event: "connection.added"; data: {
	connection: Connection,
} } | { event: "connection.removed"; data: {
	connection: ConnectionId,
} };

/**  What a reader of the feed gets. The window, the socket and the command line get the very same JSON. */
export type FeedItem = 
/**  Durable: has a number, is replayed to a reader that returns with an older cursor. */
{
	type: "event",
} & Event | 
/**  Words as they come: never stored one by one. */
{
	type: "delta",
} & Delta | 
/**  All words so far of an unfinished message: sent to a reader that joins or has missed deltas. */
{
	type: "snapshot",
} & Snapshot;

/**  Why a model stopped. */
export type Finish = 
/**  It had said what it had to say. */
"stop" | 
/**  It reached the limit of output tokens. */
"length" | 
/**  The provider's filter held the rest back. */
"content_filter" | 
/**  It declined to answer. */
"refusal" | 
/**  A reason this version does not know; the answer is whole all the same. */
"other";

/**  Why a message was cut short. */
export type InterruptCause = 
/**  The user stopped or skipped the speaker. */
{ why: "user" } | 
/**  The provider failed after the first word. */
{ why: "provider"; class: ErrorClass; detail: string } | 
/**  The app was closed or died in mid-sentence. */
{ why: "restarted" } | 
/**  The message reached the size limit. */
{ why: "too_long" };

/**  Where the person chose to keep a connection's key. */
export type KeyPlace = 
/**  The server wants none. */
"none" | "keyring" | 
/**  In memory until the app ends; afterwards it is asked for again. */
"session";

/**  Whether the key of a connection is at hand. */
export type KeyState = 
/**  None is needed. */
"none" | 
/**  In the OS keyring. */
"keyring" | 
/**  In memory, until the app ends. */
"session" | 
/**  It should be there and is not: it has to be given again. */
"missing" | 
/**  The keyring could not be asked; its own state says why. */
"unknown";

/**  What was said in a turn. */
export type Message = {
	id: MessageId,
	parent: MessageId | null,
	turn: TurnId | null,
	author: Author,
	text: string,
	status: MessageStatus,
	interrupted: InterruptCause | null,
	finish: Finish | null,
	started_at: Timestamp,
	ended_at: Timestamp | null,
	/**  Every call made for this message's turn, in order. */
	attempts: Attempt[],
};

/**  A message in the tree of one conversation. */
export type MessageId = string;

/**  How far a message has come. */
export type MessageStatus = "streaming" | "complete" | 
/**  Cut short; what had been said is kept. */
"interrupted";

/**  A model at a connection. A route is an ordered list of these: the first is asked, the others are its fallbacks. */
export type ModelRef = {
	connection: ConnectionId,
	model: string,
};

/**  What a client gives to create a conversation. */
export type NewConversation = {
	topic: string,
	/**  Taken from the topic when absent. */
	title?: string | null,
	participants: NewParticipant[],
	policy?: Policy,
	end?: EndRules,
	/**  Makes the dice of speaker choice (and of models that take a seed) repeatable; drawn when absent. */
	seed?: number | null,
};

/**  One seat of a new conversation: a persona from the library, or one described in place. */
export type NewParticipant = {
	/**  A persona of the library; what is given below overrules it. */
	persona?: PersonaId | null,
	name?: string | null,
	instructions?: string | null,
	hue?: number | null,
	talkativeness?: number | null,
	/**  The models to ask, in order. */
	route?: ModelRef[],
	sampling?: Sampling,
};

/**  A persona seated in one conversation, as it was when it sat down. */
export type Participant = {
	id: ParticipantId,
	/**  Unique in the conversation, whatever the case of the letters. */
	name: string,
	hue: number,
	persona: PersonaRef | null,
	instructions: string,
	talkativeness: number | null,
	/**  The first is asked, the others are its fallbacks. Never empty. */
	route: ModelRef[],
	sampling: Sampling,
};

/**  A participant as the list shows it. */
export type ParticipantChip = {
	name: string,
	hue: number,
};

/**  A seat in one conversation. Several personas on one model are told apart by this, never by the model. */
export type ParticipantId = string;

/**  Who speaks. Versioned: an old conversation keeps the version that spoke in it. */
export type Persona = {
	id: PersonaId,
	version: number,
	name: string,
	/**  One line for the library: what this persona is good for. */
	tagline: string,
	/**  Hue of the persona's colour, 0 to 359 degrees. */
	hue: number,
	instructions: string,
	/**  How readily it speaks when nobody is addressed: 0 (only when asked) to 1 (whenever it can). */
	talkativeness: number | null,
};

/**  A persona, by a short readable name: `sceptic`. */
export type PersonaId = string;

/**  Which version of which persona sits in a seat. */
export type PersonaRef = {
	id: PersonaId,
	version: number,
};

/**  How the next speaker is chosen. */
export type Policy = 
/**  The seated order, over and over. */
"round_robin" | 
/**  A score per candidate that costs no tokens: addressed, asked, silent for long, short of its share, dice. */
"balanced";

/**  Which wire protocol a connection speaks. */
export type ProviderKind = 
/**  The built-in authored voices: not AI, no key, no network. */
"demo" | 
/**  Chat completions at any address: Ollama, LM Studio, llama.cpp, vLLM, OpenRouter and their like. */
"compatible";

/**  What is asked of a model beside the prompt. `None` leaves the provider's own default. */
export type Sampling = {
	temperature?: number | null,
	max_output_tokens?: number | null,
};

/**
 *  The number of an event in the log: one counter for the whole log, strictly growing, never reused. As a cursor it is
 *  the last number a reader has seen; zero is before the first.
 */
export type Seq = number;

export type Snapshot = {
	topic: Topic,
	message: MessageId,
	text: string,
};

/**  One candidate's score under [`Policy::Balanced`]; the parts add up to the total. */
export type SpeakerScore = {
	participant: ParticipantId,
	total: number | null,
	/**  Called by name in the last message. */
	addressed: number | null,
	/**  Called by name in a sentence that asks something. */
	asked: number | null,
	/**  Turns since it last spoke. */
	silence: number | null,
	/**  Words it is short of, or over, its share by talkativeness. */
	share: number | null,
	dice: number | null,
};

/**  Why the state changed: the rule that ended a conversation is stored with it. */
export type StateReason = 
/**  The user started, paused, resumed or stopped it. */
{ why: "user" } | 
/**  A single step was asked for and has been taken. */
{ why: "stepped" } | 
/**  The app was closed or died while it ran. */
{ why: "restarted" } | 
/**  The end rule: so many turns. */
{ why: "turns_reached"; turns: number } | 
/**  Every model on the speaker's route failed; the attempts are stored on the turn. */
{ why: "no_model_answered"; turn: TurnId; participant: ParticipantId; class: ErrorClass } | 
/**  Nobody is left who could speak. */
{ why: "nobody_to_speak" };

/**
 *  A moment of the wall clock, UTC, to the millisecond; written as RFC 3339 (`2026-11-22T19:46:22.101Z`).
 * 
 *  Only for people to read. Order comes from [`crate::Seq`], durations from a monotonic clock.
 */
export type Timestamp = string;

/**  Milliseconds from the moment the attempt began. */
export type Timings = {
	first_byte_ms?: number | null,
	first_token_ms?: number | null,
	total_ms?: number | null,
};

/**  What an item is about; readers subscribe by topic. Written `conversation:<id>` or `providers`. */
export type Topic = string;

/**  One participant's chance to speak. */
export type TurnId = string;

/**  How a turn ended. */
export type TurnOutcome = "completed" | 
/**  Cut short with words said. */
"interrupted" | 
/**  No model on the route answered. */
"failed" | 
/**  Ended by the user before a word was said. */
"cancelled";

/**  A turn that has not ended. */
export type TurnView = {
	id: TurnId,
	participant: ParticipantId,
	number: number,
	choice: Choice,
	attempts: Attempt[],
};

/**  Tokens of one attempt, as the provider reported them, or our own estimate when the stream was cut before it did. */
export type Usage = {
	input_tokens?: number | null,
	output_tokens?: number | null,
	/**  Part of the input that the provider had in its cache. */
	cached_tokens?: number | null,
	/**  Part of the output that was reasoning and not answer. */
	reasoning_tokens?: number | null,
	estimated?: boolean,
};

