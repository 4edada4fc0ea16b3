use chimera_core::{
    ActedBy, BranchReason, Choice, ChoiceReason, ConversationState, MessageId, ModelRef, StateReason, TurnOutcome,
};

use super::{Afterwards, Dialogue, Refusal, Step};
use crate::conversation::Wish;

impl Dialogue {
    /// The same speaker says it anew, on a branch of its own; by this one model, if one is named. Nobody is chosen: who
    /// speaks is known.
    pub(super) fn regenerate(
        &mut self,
        step: &mut Step,
        message: MessageId,
        model: Option<ModelRef>,
    ) -> Result<(), Refusal> {
        let line = self.whole_line(message)?;
        let (parent, round) = (line.parent, line.round);
        let Some(speaker) = line.participant() else {
            return Err(Refusal::on("message", "only what an AI said can be regenerated; edit your own words"));
        };
        if self.conversation.participant(speaker).is_none() {
            return Err(Refusal::on("message", "its speaker has left the table; seat it again first"));
        }
        self.nobody_speaks()?;

        self.begin_branch(step, parent, None, BranchReason::Regenerated { message });
        self.afterwards = Afterwards::AsBefore;
        self.enter(step, ConversationState::Running, StateReason::Regenerating);
        let policy = self.conversation.policy;
        let choice = Choice::because(policy, ChoiceReason::Regenerated);
        self.begin_turn_on(step, speaker, choice, model.map(|model| vec![model]), round);
        Ok(())
    }

    /// What follows an alternative. A conversation that had failed has not failed here.
    pub(super) fn as_before(&mut self, step: &mut Step) {
        if self.conversation.nudged.is_some() {
            self.afterwards = Afterwards::AsBefore;
            return self.next_turn(step, &[]);
        }
        self.stand_as_before(step);
    }

    pub(super) fn stand_as_before(&mut self, step: &mut Step) {
        self.afterwards = Afterwards::GoOn;
        let (state, reason) = match &self.conversation.wish {
            Wish::Alternative {
                state: state @ (ConversationState::Paused | ConversationState::Completed),
                reason: Some(reason),
            } => (*state, reason.clone()),
            Wish::Alternative { .. } | Wish::Step | Wish::GoOn => (ConversationState::Paused, StateReason::User),
        };
        self.enter(step, state, reason);
    }

    /// Nobody said an alternative, and nobody is to try it again: the conversation is where it was, and as it was.
    pub(super) fn give_up_alternative(&mut self, step: &mut Step) {
        self.take_back_alternative(step, TurnOutcome::Cancelled);
        self.stand_as_before(step);
    }

    /// An alternative that was given up before its first word leaves nothing behind: the conversation is where it was.
    pub(super) fn take_back_alternative(&mut self, step: &mut Step, outcome: TurnOutcome) {
        let branch = self.conversation.lines.current_branch();
        let (id, is_bare) = (branch.id, branch.is_bare());
        if let (TurnOutcome::Cancelled, BranchReason::Regenerated { .. }, true) = (outcome, branch.why, is_bare)
            && let Some(to) = self.conversation.acts.made_from(id)
        {
            self.remove_branch(step, id, to, ActedBy::Command);
        }
    }
}
