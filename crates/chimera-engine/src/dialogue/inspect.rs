use chimera_core::{
    AttemptId, AttemptOutcome, AttemptPurpose, Choice, ChoiceReason, ConversationId, Event, EventKind, ModelRef,
    ParticipantId, PromptStamp, PromptView, RoundId, TurnId,
};

use super::{Dialogue, Refusal};
use crate::Conversation;
use crate::prompt::{self, Choosing, Extent, Sight, Tokens};
use crate::turn_taking::{self, Next};

impl Dialogue {
    /// The words that stood before the model in an attempt of the past: a prompt is a function of what had happened
    /// before it, so the log is folded up to there. None when the log knows no such attempt.
    pub fn prompt_of<'a>(
        id: ConversationId,
        events: impl IntoIterator<Item = &'a Event>,
        attempt: AttemptId,
    ) -> Option<PromptView> {
        let mut dialogue = Dialogue::replay(id, []);
        let mut misfit = Misfit::default();
        let mut events = events.into_iter();
        while let Some(event) = events.next() {
            match &event.kind {
                EventKind::AttemptStarted { attempt: this, turn, model, purpose, prompt, .. } if *this == attempt => {
                    let sent = prompt.as_ref();
                    return match purpose {
                        AttemptPurpose::Speak => {
                            let rest = events.map(|event| &event.kind);
                            let said = sent.and_then(|sent| said_before(*turn, sent.continues_chars?, rest));
                            dialogue.speakers_prompt(*turn, model, sent, said.as_deref())
                        }
                        AttemptPurpose::Choose => dialogue.moderators_prompt(model, sent?, misfit.of(*turn)),
                        AttemptPurpose::Summarise => prompt::summary_view(&dialogue.conversation, model, sent?),
                    };
                }
                kind => {
                    misfit.hear(kind);
                    dialogue.apply(kind, event.ts);
                }
            }
        }
        None
    }

    /// Whether images were shown is in the log, but not whether room was kept for some that stood in no line that fitted:
    /// of both possibilities the one that makes the digest is what was sent.
    pub(super) fn speakers_prompt(
        &self,
        turn: TurnId,
        model: &ModelRef,
        sent: Option<&PromptStamp>,
        said: Option<&str>,
    ) -> Option<PromptView> {
        let speaker = self.conversation.turn(turn)?.speaker.as_ref()?;
        let window = sent.map_or(prompt::WINDOW, |sent| Tokens(sent.window_tokens as usize));
        let seen = |sight| prompt::view(&self.conversation, speaker, model, Extent { window, sight, said }, sent);
        let seeing = seen(Sight::Seeing);
        let saw = sent.is_some_and(|sent| sent.sees_images);
        Some(if saw || seeing.exact { seeing } else { seen(Sight::Blind) })
    }

    /// Who was passed over just before, and so was no candidate, is in no log: of both possibilities the one that makes
    /// the digest is what was sent.
    fn moderators_prompt(&self, model: &ModelRef, sent: &PromptStamp, misfit: Option<&str>) -> Option<PromptView> {
        let passed_over: Vec<_> = self.conversation.past.last.map(|(_, participant)| participant).into_iter().collect();
        let views = [passed_over.as_slice(), &[]].into_iter().filter_map(|skipped| {
            let Next::AskModerator(candidates) = turn_taking::choose(&self.conversation, skipped) else { return None };
            let (conversation, seat) = (&self.conversation, self.moderating_seat());
            let asked = Choosing { conversation, seat, candidates: &candidates, misfit };
            Some(prompt::choice_view(&asked, model, Tokens(sent.window_tokens as usize), sent))
        });
        views.reduce(|other, view| if other.exact { other } else { view })
    }

    /// What would stand before the first model of this participant if it spoke next, or of whoever does. It is exact
    /// where the same decisions were made for it that a step would make.
    pub fn preview(&self, participant: Option<ParticipantId>) -> Result<PromptView, Refusal> {
        if let Some(view) = self.rehearse(participant) {
            return Ok(view);
        }
        let refuse = |words: &str| Err(Refusal::on("participant", words));
        let next = turn_taking::choose(&self.conversation, &[]);
        let speaker = match (participant, &next) {
            (Some(participant), _) => participant,
            (None, _) if !self.conversation.turns.is_empty() => {
                return refuse("somebody is speaking, and who is next depends on it; name a participant");
            }
            (None, Next::Speaks(speaker, _)) => *speaker,
            (None, Next::Together(..)) => return refuse("several speak next, at once; name a participant"),
            (None, Next::AskModerator(_)) => {
                return refuse("nobody is next until the moderator says who; name a participant");
            }
            (None, Next::AwaitNudge) => return refuse("nobody is next until you say who; name a participant"),
            (None, Next::Nobody(_)) => return refuse("nobody is free to speak; name a participant"),
        };
        let Some(seat) = self.conversation.participant(speaker) else { return Err(Refusal::nobody_of_that_id()) };
        let Some(model) = seat.route.first() else { return refuse("nobody can be asked for this participant") };
        let next = match next {
            together @ Next::Together(..) if together.speakers().contains(&speaker) => together,
            _ => Next::Speaks(speaker, Choice::because(self.conversation.policy, ChoiceReason::Nudged)),
        };
        let extent = Extent::whole(self.window_of(seat, model), self.sight_of(model, None));
        let view = prompt::view(&self.ahead(speaker, &next), seat, model, extent, None);
        // What is being said will stand in it, and so will a summary that is due; or nobody will be asked at all.
        Ok(PromptView { exact: false, ..view })
    }

    /// The conversation as it will be when this participant has been given the floor.
    fn ahead(&self, speaker: ParticipantId, next: &Next) -> Conversation {
        let mut ahead = self.conversation.clone();
        let ts = ahead.changed_at;
        if ahead.closing.is_none()
            && let Some(reason) = self.calls_for_closing(next.speakers())
        {
            ahead.apply(&EventKind::ConversationClosing { reason }, ts);
        }
        let round = match next {
            Next::Together(members, _) if members.len() > 1 && ahead.round.is_none() => {
                let (round, head) = (RoundId::new(ts, [0; 10]), ahead.lines.head());
                ahead.apply(&EventKind::RoundStarted { round, head, members: members.clone() }, ts);
                Some(round)
            }
            _ => None,
        };
        if ahead.round_of(speaker).is_none() {
            let (turn, number) = (TurnId::new(ts, [0; 10]), ahead.past.begun + 1);
            let choice = Choice::because(ahead.policy, ChoiceReason::Nudged);
            let started = EventKind::TurnStarted { turn, participant: speaker, number, choice, route: None, round };
            ahead.apply(&started, ts);
        }
        ahead
    }
}

/// The first so many characters of a turn's message, as it was when it ended: what stood there before another went on.
fn said_before<'a>(turn: TurnId, chars: u32, mut rest: impl Iterator<Item = &'a EventKind>) -> Option<String> {
    let text = rest.find_map(|kind| match kind {
        EventKind::MessageCompleted { turn: Some(of), text, .. } if *of == turn => Some(text),
        EventKind::MessageInterrupted { turn: of, text, .. } if *of == turn => Some(text),
        _ => None,
    })?;
    Some(text.chars().take(chars as usize).collect())
}

/// What the moderator answered last before a turn: when it is asked about the same turn once more, that named nobody.
#[derive(Default)]
struct Misfit(Option<(TurnId, String)>);

impl Misfit {
    fn hear(&mut self, kind: &EventKind) {
        if let EventKind::AttemptEnded { turn, outcome: AttemptOutcome::Answered { .. }, raw: Some(raw), .. } = kind {
            self.0 = Some((*turn, raw.clone()));
        }
    }

    fn of(&self, turn: TurnId) -> Option<&str> {
        self.0.as_ref().filter(|(of, _)| *of == turn).map(|(_, answer)| answer.as_str())
    }
}
