use chimera_core::{AttemptId, EventKind, ReplyRequest, Withheld};
use chimera_engine::{Checkpoint, Command};

use super::Table;

impl Table {
    /// Of those who are being asked at once, this one is heard next.
    pub fn turns_to(&mut self, name: &str) {
        let place = self.asked.iter().position(|asked| asked.request.scene.speaker == name).expect("is being asked");
        let asked = self.asked.remove(place);
        self.asked.push(asked);
    }

    pub fn turns_to_another(&mut self) {
        if !self.asked.is_empty() {
            self.asked.rotate_left(1);
        }
    }

    /// Everybody who is being asked just now.
    pub fn asked_at_once(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.asked.iter().map(|asked| asked.request.scene.speaker.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Answers for everybody who is being asked, each with its own words, until nobody is left of the round.
    pub fn everybody_answers(&mut self, words: &str) {
        let round = self.conversation().round.clone();
        assert!(round.is_some(), "there is no round");
        while self.conversation().round == round {
            let name = self.speaker().expect("somebody is asked").to_owned();
            self.answers(&format!("{words} from {name}."));
        }
    }

    pub fn rounds(&self) -> usize {
        self.kinds().filter(|kind| matches!(kind, EventKind::RoundStarted { .. })).count()
    }

    /// A new process closes what was open, with the words that were kept.
    pub fn recovers(&mut self, unfinished: Vec<Checkpoint>) {
        let withheld = self.kept.values().cloned().collect();
        self.does(Command::Recover { unfinished, withheld });
    }

    /// What was kept of a round but not yet whole is lost.
    pub fn forgets_what_is_not_whole(&mut self) {
        let conversation = self.dialogue.conversation();
        self.kept.retain(|turn, _| conversation.turn(*turn).is_some_and(|turn| turn.answered.is_some()));
    }

    pub fn keep(&mut self, withheld: impl IntoIterator<Item = Withheld>) {
        self.kept.extend(withheld.into_iter().map(|withheld| (withheld.turn, withheld)));
    }

    /// Says it with a word of its own, by which it would be known again wherever it turns up.
    pub fn says_in_a_round(&mut self, text: &str) {
        let (Some(round), Some(name)) = (self.conversation().round.clone(), self.speaker()) else {
            return self.says(text);
        };
        let (name, word) = (name.to_owned(), format!("word{}word", self.said_in_rounds.len()));
        self.said_in_rounds.push((round.id, name, word.clone()));
        self.says(&format!("{text} {word} "));
    }

    /// Whatever is asked for a turn of a round, or for an alternative to one, holds nothing that was said in it.
    pub fn hears_nobody_of_its_round(&self, attempt: AttemptId, request: &ReplyRequest) {
        let turn = self.conversation().turns.iter().find(|turn| turn.attempt == Some(attempt));
        let Some((round, participant)) = turn.and_then(|turn| Some((turn.round?, turn.participant))) else { return };
        let request = format!("{request:?}");
        for (_, name, word) in self.said_in_rounds.iter().filter(|(said_in, ..)| *said_in == round) {
            // It may have to go on with its own words.
            if name != self.name(participant) {
                assert!(!request.contains(word.as_str()), "{} hears what {name} says", self.name(participant));
            }
        }
    }
}
