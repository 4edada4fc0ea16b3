//! Randomness that is a function of its inputs: the same history makes the same ids and the same throws.

use chimera_core::{ConversationId, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The dice of one turn: the conversation's seed, and a stream of its own for each turn, so that a turn's throws do not
/// depend on how many were made before it.
pub fn of_turn(seed: u32, turn: u32) -> Dice {
    of_attempt(seed, turn, 0)
}

/// The dice of one attempt of a turn; attempts are counted from one.
pub fn of_attempt(seed: u32, turn: u32, attempt: u32) -> Dice {
    let mut rng = ChaCha8Rng::seed_from_u64(seed.into());
    rng.set_stream(u64::from(attempt) << 32 | u64::from(turn));
    Dice(rng)
}

pub struct Dice(ChaCha8Rng);

impl Dice {
    /// From 0 to just below 1.
    pub fn throw(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }
}

/// What an id is for; keeps apart the ids that are made at the same point of the log.
#[derive(Debug, Clone, Copy)]
pub enum Draw {
    Turn = 1,
    Attempt = 2,
    Message = 3,
    Branch = 4,
    Round = 5,
    Summary = 6,
}

/// The random part of the next id. A conversation's every id is recorded before the next of its kind is made, so the
/// number of events applied tells them apart.
pub fn id_bits(conversation: ConversationId, at: Timestamp, events: u64, draw: Draw) -> [u8; 10] {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(conversation.as_uuid().as_bytes());
    seed[16..24].copy_from_slice(&events.to_le_bytes());
    seed[24..].copy_from_slice(&at.as_millis().to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(seed);
    rng.set_stream(draw as u64);

    let mut bits = [0; 10];
    rng.fill_bytes(&mut bits);
    // The twelve bits that follow an id's milliseconds count, so that ids of one millisecond sort as they were made.
    let [.., high, low] = events.to_be_bytes();
    (bits[0], bits[1]) = (high & 0x0f, low);
    bits
}
