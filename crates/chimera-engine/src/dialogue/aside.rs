use std::time::Duration;

use chimera_core::{AttemptId, AttemptPurpose, ErrorClass, ModelRef, ParticipantId, TurnId};

use super::reply::Reply;
use super::voice::Stage;
use crate::prompt::Batch;
use crate::turn_taking::Next;

/// Bytes of an answer that are listened to: one line is asked for, or a page.
const MAX_ANSWER: usize = 64 * 1024;

/// A question put before a turn while it is asked: how far along its route, and what has been answered so far.
#[derive(Debug)]
pub(super) struct Aside {
    pub about: About,
    /// The turn that may come of it.
    pub turn: TurnId,
    /// Who was just passed over and is not up again.
    pub skipped: Vec<ParticipantId>,
    pub route: Vec<ModelRef>,
    pub position: usize,
    pub tries: u32,
    pub began: Duration,
    pub stage: Stage,
    answer: String,
}

/// What is asked.
#[derive(Debug)]
pub(super) enum About {
    /// Who speaks next.
    Choice {
        /// A first answer that named nobody who may speak: it is asked once more, and not again.
        misfit: Option<String>,
    },
    /// What was said before what the next speaker can be shown.
    Summary {
        reader: ParticipantId,
        /// What follows when it is done.
        next: Next,
        /// What is being summed up, and at which state of the words.
        batch: Option<(Batch, u64)>,
    },
}

impl About {
    pub fn purpose(&self) -> AttemptPurpose {
        match self {
            About::Choice { .. } => AttemptPurpose::Choose,
            About::Summary { .. } => AttemptPurpose::Summarise,
        }
    }

    /// Why nothing came of it.
    pub fn without(&self, why: Without) -> String {
        let whom = match self {
            About::Choice { .. } => "the moderator",
            About::Summary { .. } => "the summary",
        };
        match (why, self) {
            (Without::NoModel, _) => format!("no model is left for {whom}"),
            (Without::NoRoom, _) => format!("the budget has no room for {whom}"),
            (Without::Unanswered(class), About::Choice { .. }) => format!("the moderator did not answer: {class}"),
            (Without::Unanswered(class), About::Summary { .. }) => format!("no model summed it up: {class}"),
            (Without::Impatient, _) => "you did not wait for it".to_owned(),
        }
    }
}

/// Why it goes on without an answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Without {
    NoModel,
    NoRoom,
    Unanswered(ErrorClass),
    Impatient,
}

impl Aside {
    pub fn new(about: About, turn: TurnId, route: Vec<ModelRef>, skipped: Vec<ParticipantId>, now: Duration) -> Self {
        let stage = Stage::Waiting { until: now };
        Self { about, turn, skipped, route, position: 0, tries: 0, began: now, stage, answer: String::new() }
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
