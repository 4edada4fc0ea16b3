//! What a user can do with Chimera, every use-case once: the window's commands, the routes and sockets of the local
//! API and the terminal all call the functions of [`Chimera`], and nothing else.
//!
//! This room wires the others together (the engine's ports to the store, the feed and the providers), validates what
//! comes in, and is the only one that appends to the log: append, then publish. It knows nothing of windows, of HTTP
//! or of the JSON shapes of either.

mod access;
mod ask;
mod casts;
mod chimera;
mod clock;
mod compare;
mod connections;
mod conversations;
mod data_dir;
mod demo;
mod error;
mod facts;
mod feed;
mod health;
mod images;
mod journal;
mod keys;
mod line;
mod links;
mod models;
mod once;
mod patience;
mod personas;
mod picture;
mod prompts;
mod recording;
mod route;
mod seats;
mod shelves;
mod tree;
mod trial;
mod validate;

pub use access::{Access, IssuedToken, Scope, TokenId, TokenInfo};
pub use ask::{Answer, Asking, AttemptReport, Outcome, PartReport, Picture, Question, ask};
pub use casts::{ImportedCast, shipped_casts};
pub use chimera::{Chimera, Options};
pub use chimera_engine::recording::Difference;
pub use chimera_engine::{EditAs, SayWhen, StopWhen};
pub use chimera_providers::{LocalServerKind, ModelInfo, Pace};
pub use chimera_secrets::{KeyFileState, Keyring, KeyringState, KeyringStatus};
pub use chimera_store::{Difference as TableDifference, Page};
pub use clock::SystemClock;
pub use connections::{
    ConnectionChanges, ConnectionProblem, ConnectionTest, ConnectionView, KeyInput, KeyStorage, LocalServerFound,
    NewConnection, UsualLimits,
};
pub use data_dir::{default_data_dir, last_writer, log_dir};
pub use demo::{any_demo_voice, demo_voice_for};
pub use error::{Error, ErrorCode, Result};
pub use facts::{NewModelFacts, NewPrice};
pub use feed::{FeedReader, Frame, Subscription};
pub use images::KeptImage;
pub use keys::Passphrase;
pub use line::CallLimits;
pub use links::safe_link;
pub use once::{once, receipt, window_receipt};
pub use patience::Timeouts;
pub use personas::personas;
pub use recording::{Recording, replay_recording};
pub use route::RouteSpec;
pub use shelves::{ConversationPage, Emptied};
