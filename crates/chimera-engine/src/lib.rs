//! The brain of Chimera: who speaks next, what they are shown, and what happens when a model fails.
//!
//! It owns turn-taking, interruption, fallback, prompts and the life of a conversation. It must never know which
//! providers exist, where events are kept, or that there is a screen: what it needs of the world it says in [`Journal`]
//! and [`Models`], and the app plugs them in.
//!
//! # How to read the machine
//!
//! A conversation is a log of events, and [`Conversation`] is what the log says: `apply` folds one event into it, and
//! nothing else changes it. [`Dialogue`] adds what is under way and in no log (the reply being heard, the wait before
//! another try). Its one entrance is [`Dialogue::handle`]: an [`Input`] and a [`Moment`] in, [`Effect`]s out. It
//! decides first, and each event it decides on goes through the same `apply` that a replay uses, so the live state
//! cannot drift from the log. It reads no clock, draws no dice of its own and awaits nothing; the same inputs make the
//! same events, down to their ids.
//!
//! A turn, as the inputs see it:
//!
//! ```text
//! Command::Start ─► choose a speaker (turn_taking) ─► write its prompt (prompt) ─► Effect::Ask
//!                                ▲                                                    │
//!                                │                                     Input::Reply, piece by piece
//!                      turn.ended, next turn                                          ▼
//!                                ▲                              guard ─► message.started, Effect::Show
//!                                │                                                    │
//!                                └──────────── message.completed ◄────────────────────┤ Finished
//!                                └──────────── message.interrupted ◄──────────────────┤ failed after the first word,
//!                                                                                     │ and nobody is to go on
//!                  another goes on or begins anew (fallback, seam) ◄──────────────────┤ failed after the first word
//!                                    ask again, ask another, give up (fallback) ◄─────┘ failed before it
//! ```
//!
//! A model that is limited, down or off is not asked: the [`health`] board, which all conversations share, says so when
//! the runner comes to perform the `Ask`, and that comes back as an input like a failure would. The attempt ends as
//! skipped, and the next model on the route is asked.
//!
//! [`Runner`] is the only part that waits: one task per live conversation that performs the effects in order and is the
//! only writer of that conversation's events.

mod conversation;
mod dialogue;
mod dice;
mod effect;
mod fallback;
mod guard;
pub mod health;
mod input;
mod loops;
mod names;
mod ports;
pub mod prompt;
pub mod recording;
mod runner;
mod seam;
mod turn_taking;
mod verdict;

pub use conversation::{
    Act, Acts, Branch, Closing, Conversation, Ledger, Line, Lines, Note, OpenAside, OpenRound, OpenTurn, Passage, Past,
    Served, Spoken, Summaries, Summed, Tally,
};
pub use dialogue::{CALLS_AT_ONCE, Dialogue, Refusal};
pub use effect::{Effect, WakeToken};
pub use input::{Checkpoint, Command, EditAs, Input, Moment, Patience, SayWhen, StopWhen};
pub use names::{is_name, key as name_key};
pub use ports::{Admission, Journal, JournalError, Models, Permit};
pub use runner::{CommandError, Runner};
