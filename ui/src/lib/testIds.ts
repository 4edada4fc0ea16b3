/** Hooks of the end-to-end tests, for what has no role or name of its own. */
export const testIds = {
	welcome: "welcome",
	tryDemo: "try-demo",
	sidebar: "sidebar",
	transcript: "transcript",
	/** Carries data-author, data-status and data-message-id. */
	message: "message",
	fallbackLine: "fallback-line",
	composerInput: "composer-input",
	composerSend: "composer-send",
	/** Carries data-state. */
	conversationState: "conversation-state",
	liveState: "live-state",
	statusBar: "status-bar",
	start: "start",
	pause: "pause",
	resume: "resume",
	step: "step",
	stop: "stop",
	needsAttention: "needs-attention",
	interruptedBar: "interrupted-bar",
	newConversation: "new-conversation",
} as const;
