mod cast;
mod house;
mod memory_journal;
mod rounds;
mod seating;
mod story;
mod table;
mod tree;
mod twins;

pub use cast::{cast, model};
pub use house::House;
pub use memory_journal::{Entry, MemoryJournal};
pub use seating::Seating;
pub use table::Table;
pub use tree::three_turns;
pub use twins::Twins;
