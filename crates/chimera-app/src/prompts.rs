//! What models were shown, what the next one would be, and what they showed of their thinking.

use chimera_core::{AttemptId, ConversationId, Event, EventKind, ParticipantId, PromptView, Thoughts};
use chimera_engine::{CommandError, Dialogue, Input, Models, Refusal};

use crate::{Chimera, Error, ErrorCode, Result};

impl Chimera {
    /// The words that stood before the model in an attempt of the past. They are made again of the log; `exact` says
    /// whether they are, to the letter, those that were sent.
    pub async fn prompt_of(&self, id: ConversationId, attempt: AttemptId) -> Result<PromptView> {
        let log = self.log_of(id).await?;
        Dialogue::prompt_of(id, &log, attempt).ok_or_else(|| {
            Error::new(ErrorCode::AttemptNotFound, format!("this conversation has no attempt {attempt}")).on("attempt")
        })
    }

    /// The same for a turn by its number, or for the newest: of its attempts, the last.
    pub async fn prompt_of_turn(&self, id: ConversationId, number: Option<u32>) -> Result<PromptView> {
        let log = self.log_of(id).await?;
        self.prompt_of(id, last_attempt(&log, number)?).await
    }

    /// What the model showed of its thinking in an attempt of the past. No prompt ever holds it.
    pub async fn thoughts_of(&self, id: ConversationId, attempt: AttemptId) -> Result<Thoughts> {
        let told = self.store().thoughts(id, attempt).await?;
        let text = told.ok_or_else(|| {
            let message = format!("this conversation has no attempt {attempt} that has told thoughts");
            Error::new(ErrorCode::AttemptNotFound, message).on("attempt")
        })?;
        Ok(Thoughts { attempt, text })
    }

    /// The same for a turn by its number, or for the newest: of its attempts, the last.
    pub async fn thoughts_of_turn(&self, id: ConversationId, number: Option<u32>) -> Result<Thoughts> {
        let log = self.log_of(id).await?;
        self.thoughts_of(id, last_attempt(&log, number)?).await
    }

    /// What would stand before the model of this participant, or of whoever is next, if it spoke now. Nothing is asked.
    pub async fn prompt_preview(&self, id: ConversationId, participant: Option<ParticipantId>) -> Result<PromptView> {
        if let Some(runner) = self.awake(id).await {
            match runner.preview(participant).await {
                // It has just gone to sleep: the log says the same.
                Err(CommandError::Gone) => {}
                told => return Ok(told?),
            }
        }
        let mut dialogue = self.replay(id).await?;
        let table = &dialogue.conversation().participants;
        let models: Vec<_> = table.iter().flat_map(|seat| seat.route.first()).cloned().collect();
        for model in models {
            let facts = self.connection_list().facts(&model);
            // Facts decide nothing by themselves.
            let _ = dialogue.handle(self.moment(), Input::Facts { model, facts });
        }
        dialogue.preview(participant).map_err(|refusal: Refusal| CommandError::from(refusal).into())
    }
}

fn last_attempt(log: &[Event], number: Option<u32>) -> Result<AttemptId> {
    let (mut turn, mut last) = (None, None);
    for event in log {
        match &event.kind {
            EventKind::TurnStarted { turn: id, number: this, .. } if number.is_none_or(|number| number == *this) => {
                turn = Some(*id);
            }
            EventKind::AttemptStarted { attempt, turn: of, purpose, .. } if turn == Some(*of) && purpose.is_speak() => {
                last = Some(*attempt);
            }
            _ => {}
        }
    }
    last.ok_or_else(|| {
        let message = match number {
            Some(number) => format!("in turn {number} no model was asked: turns are counted from 1"),
            None => "no model has been asked yet: preview the next turn".to_owned(),
        };
        Error::new(ErrorCode::AttemptNotFound, message).on("turn")
    })
}
