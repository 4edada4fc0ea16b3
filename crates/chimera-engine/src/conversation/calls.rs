//! Whom the user calls by @name, and who has had the turn it was called for.

use chimera_core::{BranchId, MessageId, ParticipantId};

use super::Conversation;
use crate::names::Names;

/// Somebody had the turn that a message called it for, whatever came of it: a turn in which nobody answered leaves no
/// line, and yet it is not owed any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    call: MessageId,
    participant: ParticipantId,
    branch: BranchId,
    /// The newest message then.
    after: Option<MessageId>,
}

impl Conversation {
    /// The newest call counts: whoever calls others thinks anew about who should speak. A whisper calls nobody who does
    /// not hear it.
    pub(super) fn hear_calls(&mut self, message: MessageId, text: &str, audience: Option<&[ParticipantId]>) {
        let mut calls = Names::of(&self.participants).calls(text);
        calls.retain(|called| audience.is_none_or(|audience| audience.contains(called)));
        if !calls.is_empty() {
            (self.called, self.called_in) = (calls, Some(message));
        }
    }

    /// The calls of what the user said from here on, which may have been forgotten with the branch it was said on.
    pub(super) fn hear_again(&mut self, first: MessageId) {
        let Some(place) = self.lines.place(first) else { return };
        let said: Vec<_> = (place..)
            .map_while(|place| self.lines.at(place))
            .filter(|line| line.participant().is_none())
            .map(|line| (line.message, line.text.clone(), line.audience.clone()))
            .collect();
        for (message, text, audience) in said {
            self.hear_calls(message, &text, audience.as_deref());
        }
    }

    /// It has its turn, or gives it up: the call is over for it.
    pub(super) fn serve(&mut self, participant: ParticipantId) {
        let Some(place) = self.called.iter().position(|called| *called == participant) else { return };
        self.called.remove(place);
        if let Some(call) = self.called_in {
            let (branch, after) = (self.lines.current_branch().id, self.lines.head());
            self.served.push(Served { call, participant, branch, after });
        }
    }

    /// It was not heard after all and keeps its call.
    pub(super) fn call_again(&mut self, participant: ParticipantId) {
        if !self.called.contains(&participant) {
            self.called.insert(0, participant);
        }
        if let Some(place) = self.served.iter().rposition(|served| served.participant == participant) {
            self.served.remove(place);
        }
    }

    /// A message says something else now: whoever it calls is called by other words than before.
    pub(super) fn forget_served(&mut self, call: MessageId) {
        self.served.retain(|served| served.call != call);
    }

    /// The newest call of the user's on the current branch, without those who had their turn for it here, have spoken
    /// since or are about to.
    pub(super) fn count_calls(&mut self, open: Vec<ParticipantId>) {
        (self.called_in, self.called) = self.newest_call(open).map_or((None, Vec::new()), |(call, called)| {
            let is_served = |participant: &ParticipantId| {
                let mut served = self.served.iter().filter(|served| served.call == call);
                served.any(|served| served.participant == *participant && self.is_of_here(served))
            };
            (Some(call), called.into_iter().filter(|called| !is_served(called)).collect())
        });
    }

    fn newest_call(&self, open: Vec<ParticipantId>) -> Option<(MessageId, Vec<ParticipantId>)> {
        let names = Names::of(&self.participants);
        let mut answered = open;
        for line in self.lines.iter().rev() {
            match line.participant() {
                Some(speaker) if !answered.contains(&speaker) => answered.push(speaker),
                Some(_) => {}
                None => {
                    let mut calls = names.calls(&line.text);
                    calls.retain(|called| line.is_heard_by(*called));
                    if !calls.is_empty() {
                        calls.retain(|called| !answered.contains(called));
                        return Some((line.message, calls));
                    }
                }
            }
            if self.participants.iter().all(|participant| answered.contains(&participant.id)) {
                break;
            }
        }
        None
    }

    /// Whether it was on this branch, or before this branch left the one it was on.
    fn is_of_here(&self, served: &Served) -> bool {
        let here = self.lines.current_branch();
        let place = |message: Option<MessageId>| self.lines.place(message?);
        let is_before = place(served.after).is_some_and(|after| place(here.from).is_some_and(|from| after < from));
        served.branch == here.id || is_before
    }
}
