use chimera_core::{
    ActedBy, BranchReason, Choice, ChoiceReason, ConversationState, EventKind, MessageId, ModelRef, StateReason,
    TurnOutcome,
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
        let route = model.map(|model| vec![model]);
        if let Some(reason) = self.forbids_turn(speaker, route.as_deref()) {
            return Err(Refusal::on("model", forbidden(&reason)));
        }

        // One that failed before is given up with this.
        self.take_back_alternative(step, TurnOutcome::Cancelled);
        self.begin_branch(step, parent, None, BranchReason::Regenerated { message });
        self.afterwards = Afterwards::AsBefore;
        self.enter(step, ConversationState::Running, StateReason::Regenerating);
        let policy = self.conversation.policy;
        let choice = Choice::because(policy, ChoiceReason::Regenerated);
        self.begin_turn_on(step, speaker, choice, route, round);
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
        if !self.conversation.is_alternative() {
            return;
        }
        let branch = self.conversation.lines.current_branch();
        let (id, is_bare) = (branch.id, branch.is_bare());
        let meanwhile = self.conversation.said_before_alternative();
        if let (TurnOutcome::Cancelled, BranchReason::Regenerated { .. }) = (outcome, branch.why)
            && (is_bare || meanwhile.is_some())
            && let Some(to) = self.conversation.acts.made_from(id)
        {
            let newest = self.conversation.lines.head();
            self.remove_branch(step, id, to, ActedBy::Command);
            if let (Some((_, message)), Some(parent), Some(head)) = (meanwhile, self.conversation.lines.head(), newest)
            {
                self.record(step, EventKind::MessageMoved { message, parent, head });
            }
        }
    }
}

fn forbidden(reason: &StateReason) -> String {
    match reason {
        StateReason::Unpriced { model, .. } => {
            format!(
                "the price of {model} is unknown, and this conversation has a budget: set it, or allow unpriced models"
            )
        }
        _ => "the budget of this conversation has no room for it: raise its limits first".to_owned(),
    }
}
