use std::time::Duration;

use chimera_core::{AttemptId, ModelRef, ParticipantId, TurnId};

use super::reply::Reply;
use super::voice::Stage;

/// Bytes of an answer that are looked at: what is asked for is one line.
const MAX_ANSWER: usize = 16 * 1024;

/// The moderator while it is asked: how far along its route, and what it has said so far.
#[derive(Debug)]
pub(super) struct Chooser {
    /// The turn that may come of it.
    pub turn: TurnId,
    /// Who was just passed over and is not up again.
    pub skipped: Vec<ParticipantId>,
    pub route: Vec<ModelRef>,
    pub position: usize,
    pub tries: u32,
    pub began: Duration,
    pub stage: Stage,
    /// Its first answer, if that named nobody who may speak: it is asked once more, and not again.
    pub misfit: Option<String>,
    answer: String,
}

impl Chooser {
    pub fn new(turn: TurnId, route: Vec<ModelRef>, skipped: Vec<ParticipantId>, now: Duration) -> Self {
        let stage = Stage::Waiting { until: now };
        Self { turn, skipped, route, position: 0, tries: 0, began: now, stage, misfit: None, answer: String::new() }
    }

    pub fn asked(&mut self, reply: Reply) {
        self.tries += 1;
        self.answer.clear();
        self.stage = Stage::Asked(Box::new(reply));
    }

    pub fn hear(&mut self, text: &str) {
        let room = MAX_ANSWER.saturating_sub(self.answer.len());
        self.answer.push_str(&text[..text.floor_char_boundary(room)]);
    }

    pub fn answer(&self) -> &str {
        &self.answer
    }

    pub fn reply(&self) -> Option<&Reply> {
        match &self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::InLine | Stage::Waiting { .. } | Stage::Through => None,
        }
    }

    pub fn reply_of(&mut self, attempt: AttemptId) -> Option<&mut Reply> {
        match &mut self.stage {
            Stage::Asked(reply) if reply.attempt == attempt => Some(reply),
            Stage::Asked(_) | Stage::InLine | Stage::Waiting { .. } | Stage::Through => None,
        }
    }

    /// When we turn to it next, if nothing comes before.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Waiting { until } => Some(*until),
            Stage::Asked(reply) => Some(reply.deadline()),
            Stage::InLine | Stage::Through => None,
        }
    }
}
