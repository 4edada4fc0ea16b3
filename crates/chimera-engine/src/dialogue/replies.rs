use chimera_core::{
    AttemptId, AttemptOutcome, Author, Delta, EventKind, Finish, InterruptCause, MessageId, ProviderError, ReplyEvent,
    Share, Topic, TurnId, TurnOutcome,
};

use super::booking::wordless;
use super::rounds::Ended;
use super::turns::Then;
use super::{Dialogue, Step, Voice};
use crate::Effect;
use crate::fallback::How;
use crate::health::Ending;

/// Where words go.
enum Place {
    Message(MessageId),
    /// Nobody is shown them yet.
    Withheld,
}

/// Whether a message can take more words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    Full,
}

impl Dialogue {
    /// A model that was asked says something. What comes from an attempt that is over is not listened to.
    pub(super) fn hear(&mut self, step: &mut Step, attempt: AttemptId, heard: Result<ReplyEvent, ProviderError>) {
        let now = step.at.elapsed;
        let Some(turn) = self.turn_of(attempt) else { return };
        let Some(reply) = self.voices.get_mut(&turn).and_then(Voice::reply_mut) else { return };
        match heard {
            Ok(ReplyEvent::Repaired(repair)) => reply.repairs.push(repair),
            Ok(ReplyEvent::Opened { request_id, status }) => reply.opened(now, request_id, status),
            Ok(ReplyEvent::Alive) => reply.sign_of_life(now),
            Ok(ReplyEvent::Model(name)) => {
                reply.sign_of_life(now);
                reply.answered_by = Some(name);
            }
            Ok(ReplyEvent::Usage(usage)) => {
                reply.sign_of_life(now);
                reply.count(usage);
            }
            Ok(ReplyEvent::Reasoning(thought)) => {
                if reply.think(now, &thought) {
                    self.record(step, EventKind::AttemptThinking { attempt, turn });
                }
            }
            Ok(ReplyEvent::Text(text)) => {
                reply.progress(now, &text);
                let words = reply.take(&text);
                let over = reply.guard.is_over();
                match self.speak(step, turn, &words) {
                    Room::Full => self.too_long(step, turn),
                    Room::Left if over => {
                        step.effects.push(Effect::Cancel { attempt });
                        self.finish(step, turn, Finish::Stop);
                    }
                    Room::Left => {}
                }
            }
            Ok(ReplyEvent::Finished(finish)) => {
                reply.ended();
                self.finish(step, turn, finish);
            }
            Err(error) => self.fail(step, turn, error),
        }
    }

    /// Shows words, as far as there is room for them; the first begins the message, or takes it over.
    fn speak(&mut self, step: &mut Step, turn: TurnId, words: &str) -> Room {
        if words.is_empty() {
            return Room::Left;
        }
        let topic = Topic::Conversation(self.id);
        let Some(place) = self.begin_words(step, turn) else { return Room::Left };
        let Some(voice) = self.voices.get_mut(&turn) else { return Room::Left };
        voice.quiet_since = step.at.elapsed;
        if let Some(reply) = voice.reply_mut() {
            reply.first_word(step.at.elapsed);
        }
        let fitting = voice.said.fitting(words);
        if !fitting.is_empty() {
            let offset = voice.said.add(fitting);
            step.effects.push(match place {
                Place::Message(message) => Effect::Show(Delta { topic, message, offset, text: fitting.to_owned() }),
                Place::Withheld => Effect::Withhold { turn },
            });
        }
        if fitting.len() < words.len() { Room::Full } else { Room::Left }
    }

    fn too_long(&mut self, step: &mut Step, turn: TurnId) {
        if let Some(reply) = self.reply(turn) {
            step.effects.push(Effect::Cancel { attempt: reply.attempt });
        }
        self.report(step, turn, Ending::Answered);
        self.interrupt(step, turn, InterruptCause::TooLong, AttemptOutcome::Answered { finish: Finish::Length });
        self.conclude(step, turn, TurnOutcome::Interrupted, Then::Turn);
    }

    /// Where the words of the turn go: into its message, begun if it has not been, and taken over if its words are another
    /// attempt's.
    fn begin_words(&mut self, step: &mut Step, turn: TurnId) -> Option<Place> {
        let open = self.conversation.turn(turn)?;
        let (participant, begun) = (open.participant, open.message);
        let is_withheld = self.conversation.is_withheld(turn);
        let voice = self.voices.get_mut(&turn)?;
        let said = voice.said.chars();
        let how = voice.mend.as_ref().map(|mend| mend.how);
        let reply = voice.reply_mut()?;
        let attempt = reply.attempt;
        let is_first = reply.from_char.is_none();
        if is_first {
            reply.from_char = Some(if how == Some(How::Continue) { said } else { 0 });
        }
        let from_char = reply.from_char.unwrap_or_default();
        if is_withheld {
            if is_first {
                voice.mend = None;
                voice.said.strike(from_char);
                voice.shares.retain(|share| share.from_char < from_char);
                voice.shares.push(Share { attempt, from_char });
            }
            return Some(Place::Withheld);
        }
        if let Some(message) = begun {
            if is_first {
                voice.mend = None;
                voice.said.strike(from_char);
                self.record(step, EventKind::MessageTakenOver { message, turn, attempt, from_char });
            }
            return Some(Place::Message(message));
        }
        let message = self.new_message_id(step);
        let meanwhile = self.conversation.said_before_alternative();
        let head = self.conversation.lines.head();
        let parent = meanwhile.map_or(head, |(from, _)| from);
        self.record(step, EventKind::MessageStarted { message, turn, participant, parent, attempt: None });
        if let (Some((_, said)), Some(head)) = (meanwhile, head) {
            self.record(step, EventKind::MessageMoved { message: said, parent: message, head });
        }
        Some(Place::Message(message))
    }

    /// The answer is whole. One without a word is a failure like any other, and no message.
    fn finish(&mut self, step: &mut Step, turn: TurnId, finish: Finish) {
        if self.speak_the_rest(step, turn) == Room::Full {
            return self.too_long(step, turn);
        }
        let Some(open) = self.conversation.turn(turn) else { return };
        let (author, message) = (Author::Participant { participant: open.participant }, open.message);
        if !self.has_spoken(turn) || !self.has_contributed(turn) {
            return self.fail(step, turn, wordless(finish));
        }
        self.report(step, turn, Ending::Answered);
        let Some(message) = message else {
            self.withhold(step, turn, Ended::Whole(finish));
            self.end_attempt(step, turn, AttemptOutcome::Answered { finish });
            return self.conclude(step, turn, TurnOutcome::Completed, Then::Turn);
        };
        let parent = self.conversation.lines.find(message).and_then(|line| line.parent);
        let text = self.words(turn);

        let completed = EventKind::MessageCompleted {
            message,
            turn: Some(turn),
            author,
            parent,
            text,
            finish: Some(finish),
            audience: None,
            images: Vec::new(),
        };
        self.record(step, completed);
        self.end_attempt(step, turn, AttemptOutcome::Answered { finish });
        self.conclude(step, turn, TurnOutcome::Completed, Then::Turn);
    }

    /// Ends what is being said where it stands, and says whether anything was said.
    pub(super) fn fall_silent(&mut self, step: &mut Step, turn: TurnId, cause: &InterruptCause) -> bool {
        if let Some(attempt) = self.reply(turn).map(|reply| reply.attempt) {
            step.effects.push(Effect::Cancel { attempt });
        }
        self.report(step, turn, Ending::Cancelled);
        self.interrupt(step, turn, cause.clone(), AttemptOutcome::Cancelled)
    }

    /// Ends the attempt, and keeps the words said as an interrupted message.
    pub(super) fn interrupt(
        &mut self,
        step: &mut Step,
        turn: TurnId,
        cause: InterruptCause,
        outcome: AttemptOutcome,
    ) -> bool {
        // A rest without room is dropped: the message is being cut in any case.
        let _ = self.speak_the_rest(step, turn);
        let said = self.has_spoken(turn);
        match self.conversation.turn(turn).and_then(|turn| turn.message) {
            Some(message) => {
                let text = self.words(turn);
                self.record(step, EventKind::MessageInterrupted { message, turn, text, cause });
            }
            None if said => self.withhold(step, turn, Ended::Cut(cause)),
            None => {}
        }
        self.end_attempt(step, turn, outcome);
        said
    }

    /// What the guard held back has turned out to be nothing but words.
    pub(super) fn speak_the_rest(&mut self, step: &mut Step, turn: TurnId) -> Room {
        match self.voices.get_mut(&turn).and_then(Voice::reply_mut) {
            Some(reply) => {
                let rest = reply.rest();
                self.speak(step, turn, &rest)
            }
            None => Room::Left,
        }
    }

    /// Whether the reply has words in the message, or has only said once more what stood there: then it was whole.
    fn has_contributed(&self, turn: TurnId) -> bool {
        let reply = self.reply(turn);
        reply.is_some_and(|reply| reply.from_char.is_some() || reply.seam.as_ref().is_some_and(|seam| seam.has_heard()))
    }

    /// Whether any of its words stand, shown or not.
    pub(super) fn has_spoken(&self, turn: TurnId) -> bool {
        let shown = self.conversation.turn(turn).is_some_and(|turn| turn.message.is_some());
        shown || self.voices.get(&turn).is_some_and(|voice| !voice.shares.is_empty())
    }

    fn words(&self, turn: TurnId) -> String {
        self.voices.get(&turn).map(|voice| voice.said.text().to_owned()).unwrap_or_default()
    }
}
